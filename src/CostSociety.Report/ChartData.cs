using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CostSociety.Report;

/// <summary>Lines that share axes.</summary>
/// <param name="Title">Its title.</param>
/// <param name="IsCost">Whether it shows costs, or a measure.</param>
/// <param name="Lines">The lines.</param>
internal sealed record Chart(string Title, bool IsCost, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>The part of the data that all lines are of, or empty.</summary>
    public string Part { get; init; } = "";
}

/// <summary>Values over steps.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Steps">Steps, ascending.</param>
/// <param name="Values">One for each step.</param>
internal sealed record ChartLine(string Label, IReadOnlyList<double> Steps, IReadOnlyList<double> Values)
{
    /// <summary>Whether it is drawn dashed.</summary>
    public bool IsDashed { get; init; }

    /// <summary>Number of its colour; by default its place among the lines of the chart.</summary>
    public int? Colour { get; init; }

    /// <summary>Lower and upper end of a band around it, one for each step; or null.</summary>
    public (IReadOnlyList<double> Low, IReadOnlyList<double> High)? Band { get; init; }
}

/// <summary>The charts of a page as JSON, for the script that draws them.</summary>
internal static class ChartData
{
    private const int MostPoints = 2000;

    /// <summary>JSON that is safe inside a script element: the default encoder writes every less-than sign as \u003C.</summary>
    public static string Json(IReadOnlyList<Chart> charts, IReadOnlyList<StageSpan> stages, IReadOnlyList<CostExchange> exchanges)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("charts");
            foreach (var chart in charts)
                WriteChart(json, chart);
            json.WriteEndArray();
            WriteStages(json, stages);
            WriteNumbers(json, "exchanges", exchanges.Where(e => e.Kind != "refused").Select(e => (double)e.Step));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void WriteChart(Utf8JsonWriter json, Chart chart)
    {
        double[] steps = Thinned([.. chart.Lines.SelectMany(line => line.Steps).Distinct().Order()]);
        json.WriteStartObject();
        json.WriteString("title", chart.Title);
        json.WriteString("kind", chart.IsCost ? "cost" : "measure");
        WriteNumbers(json, "steps", steps);
        json.WriteStartArray("lines");
        foreach (var line in chart.Lines)
            WriteLine(json, line, steps);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLine(Utf8JsonWriter json, ChartLine line, double[] steps)
    {
        json.WriteStartObject();
        json.WriteString("label", line.Label);
        if (line.IsDashed)
            json.WriteBoolean("dashed", true);
        if (line.Colour is { } colour)
            json.WriteNumber("colour", colour);
        WriteNumbers(json, "values", Aligned(line.Steps, line.Values, steps));
        if (line.Band is { } band)
        {
            WriteNumbers(json, "low", Aligned(line.Steps, band.Low, steps));
            WriteNumbers(json, "high", Aligned(line.Steps, band.High, steps));
        }
        json.WriteEndObject();
    }

    private static double[] Thinned(double[] steps)
    {
        int every = (steps.Length + MostPoints - 1) / MostPoints;
        return every <= 1 ? steps : [.. steps.Where((_, i) => i % every == 0 || i == steps.Length - 1)];
    }

    private static IEnumerable<double> Aligned(IReadOnlyList<double> own, IReadOnlyList<double> numbers, double[] steps)
    {
        var values = new Dictionary<double, double>();
        for (int i = 0; i < own.Count; i++)
            values[own[i]] = numbers[i];
        return steps.Select(step => values.GetValueOrDefault(step, double.NaN));
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<double> numbers)
    {
        json.WriteStartArray(name);
        foreach (double number in numbers)
            if (float.IsFinite((float)number))
                json.WriteNumberValue((float)number);
            else
                json.WriteNullValue();
        json.WriteEndArray();
    }

    private static void WriteStages(Utf8JsonWriter json, IReadOnlyList<StageSpan> stages)
    {
        json.WriteStartArray("stages");
        foreach (var stage in stages)
        {
            json.WriteStartObject();
            json.WriteString("name", stage.Name);
            json.WriteNumber("first", stage.FirstStep);
            json.WriteNumber("last", stage.LastStep);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
