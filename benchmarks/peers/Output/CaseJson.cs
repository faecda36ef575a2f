using System.Text.Json;

namespace CostSociety.Peers.Output;

/// <summary>Cases as JSON, for programs.</summary>
internal static class CaseJson
{
    private static readonly JsonSerializerOptions _options = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Writes all cases to a file, or to standard output where it is "-".</summary>
    public static void Write(string file, IEnumerable<CaseResult> results)
    {
        string text = JsonSerializer.Serialize(results.Select(Item), _options);
        if (file == "-")
            Console.Out.WriteLine(text);
        else
            File.WriteAllText(file, text + "\n");
    }

    private static object Item(CaseResult result) => new
    {
        result.Chain.Network,
        result.Chain.Batch,
        result.Chain.Update,
        result.Chain.Threads,
        PeakGflops = result.Peak,
        result.Chain.Operations,
        BytesOfWeights = result.Chain.Bytes,
        Forms = result.Forms.Select(f => new
        {
            f.Form,
            MicrosecondsP10 = f.Blocks.Tenth / 1000,
            MicrosecondsMedian = f.Blocks.Median / 1000,
            SamplesPerSecond = result.Chain.Batch / f.Blocks.Tenth * 1e9,
            PercentOfPeak = result.Percent(f.Blocks),
            RatioP10 = f.Blocks.Tenth / result.Ours.Tenth,
            RatioMedian = f.Blocks.Median / result.Ours.Median,
            f.Blocks.Quiet,
            Blocks = f.Blocks.Count,
        }),
    };
}
