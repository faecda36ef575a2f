using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CostSociety.Report;

/// <summary>The series of a report as JSON: one chart for each area, one for each measure.</summary>
internal static class ChartData
{
    private const int MostPoints = 2000;

    /// <summary>JSON that is safe inside a script element: the default encoder writes every less-than sign as \u003C.</summary>
    public static string Json(ReportData data)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("charts");
            foreach (var chart in Charts(data))
                WriteChart(json, chart);
            json.WriteEndArray();
            WriteStages(json, data.Stages);
            WriteNumbers(json, "exchanges", data.Exchanges.Where(e => e.Kind != "refused").Select(e => (double)e.Step));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>Charts in the order in which their series first come: costs by area, measures by name.</summary>
    public static IReadOnlyList<Chart> Charts(ReportData data)
    {
        var costs = data.Series.Where(s => s.Kind == SeriesKind.Cost).GroupBy(s => s.Area)
            .Select(group => new Chart(group.Key, IsCost: true, [.. group.Select(s => (s.Term, s))]));
        var measures = data.Series.Where(s => s.Kind != SeriesKind.Cost).GroupBy(s => s.Term)
            .Select(group => new Chart(group.Key, IsCost: false, [.. group.Select(s => (s.Kind == SeriesKind.MeasureTrain ? "train" : "held out", s))]));
        return [.. costs, .. measures];
    }

    private static void WriteChart(Utf8JsonWriter json, Chart chart)
    {
        double[] steps = [.. chart.Lines.SelectMany(line => line.Series.Steps).Distinct().Order()];
        steps = Thinned(steps);
        json.WriteStartObject();
        json.WriteString("title", chart.Title);
        json.WriteString("kind", chart.IsCost ? "cost" : "measure");
        WriteNumbers(json, "steps", steps);
        json.WriteStartArray("lines");
        foreach (var (label, series) in chart.Lines)
        {
            json.WriteStartObject();
            json.WriteString("label", label);
            WriteNumbers(json, "values", Aligned(series, steps));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static double[] Thinned(double[] steps)
    {
        int every = (steps.Length + MostPoints - 1) / MostPoints;
        return every <= 1 ? steps : [.. steps.Where((_, i) => i % every == 0 || i == steps.Length - 1)];
    }

    private static IEnumerable<double> Aligned(Series series, double[] steps)
    {
        var values = new Dictionary<double, double>();
        for (int i = 0; i < series.Steps.Count; i++)
            values[series.Steps[i]] = series.Values[i];
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

/// <summary>Series that share axes.</summary>
internal sealed record Chart(string Title, bool IsCost, IReadOnlyList<(string Label, Series Series)> Lines);
