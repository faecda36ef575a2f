using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CostSociety.Report;
using CostSociety.Runs;

namespace CostSociety.Tests.Report;

public sealed class ComparisonTests
{
    private static readonly ComparisonData _data = SampleComparisons.Digits();
    private static readonly string _html = ComparisonWriter.Write(_data);

    [Fact]
    public void Tables_OfTwoVariants_AreTheseTexts()
    {
        Golden.Verify("Report/comparison-tables", TextOf(new ComparisonTables(_data.Result, _data.Quantities, Html.Number).All));
    }

    [Fact]
    public void Tables_OfAnInfluence_AreTheseTexts() =>
        Golden.Verify("Report/influence-tables", TextOf(InfluenceTables.Of(SampleComparisons.Influence(), "staged: ", Html.Number)));

    /// <summary>Full colour is the largest change of a column, or a tenth of the intact value where all changes are smaller.</summary>
    [Fact]
    public void Page_Influence_IsColouredByTheChangeOfItsColumn()
    {
        string heat = Regex.Match(_html, "<div class=\"scroll card heat\".*?</div>", RegexOptions.Singleline).Value;
        Assert.Equal(
            ["line1) 70%", "line0) 70%", "line0) 0%", "line1) 4%", "line0) 0%", "line0) 0%"],
            Regex.Matches(heat, "line\\d\\) \\d+%").Select(match => match.Value));
        Assert.Contains("title=\"accuracy is 0.1 with v1 at 0, 0.9 intact (-88.9 %)\"", heat, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(_html, "card heat"));
    }

    [Fact]
    public void Page_LoadsNothing()
    {
        Assert.DoesNotMatch("\\s(src|href)=", _html);
        Assert.Contains("default-src 'none'", _html, StringComparison.Ordinal);
    }

    /// <summary>Accuracy and the report's cost have 5 + 4 runs, as one failed; v1's cost has the 5 of its variant, which alone reached the criterion.</summary>
    [Fact]
    public void Page_HasADotForEveryRunThatHasAValue()
    {
        int values = _data.Quantities.Sum(q => Variants.Where(v => _data.Result.Has(v, q)).Sum(v => _data.Result.Values(v, q).Count(double.IsFinite)));
        int samples = Variants.Sum(v => _data.Result.Samples(v, 0).Count(double.IsFinite));

        Assert.Equal((23, 5), (values, samples));
        Assert.Equal(values + samples, Regex.Count(_html, "<circle "));
        Assert.Contains("without v1 (1 missing)", _html, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_Charts_HaveALineABandAndAColourForEachVariant()
    {
        using var data = JsonDocument.Parse(Island(_html));
        var charts = data.RootElement.GetProperty("charts").EnumerateArray().ToList();

        Assert.Equal(["accuracy", "cost.v1.reconstruct", "cost.report.cost"], charts.Select(c => c.GetProperty("title").GetString()));
        Assert.Equal([0, 1, 0, 0, 1], charts.SelectMany(c => c.GetProperty("lines").EnumerateArray()).Select(line => line.GetProperty("colour").GetInt32()));
        var line = charts[0].GetProperty("lines")[0];
        Assert.Equal(100, line.GetProperty("values").GetArrayLength());
        Assert.True(line.GetProperty("low")[99].GetDouble() < line.GetProperty("values")[99].GetDouble());
        Assert.True(line.GetProperty("high")[99].GetDouble() > line.GetProperty("values")[99].GetDouble());
    }

    [Fact]
    public void Page_Development_IsOfVariantsThatHaveOne()
    {
        Assert.Contains("<h3>staged, seed 1</h3>", _html, StringComparison.Ordinal);
        Assert.DoesNotContain("<h3>without v1", _html, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_HostileNames_StayText()
    {
        const string Hostile = "</script><script>alert(1)</script>\"'&";
        var result = _data.Result with { Variants = [.. _data.Result.Variants.Select((v, i) => v with { Name = Hostile + i })] };
        string html = ComparisonWriter.Write(new ComparisonData(result, _data.Quantities) { Facts = [new(Hostile, Hostile)] });

        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(html, "</script", RegexOptions.IgnoreCase));
    }

    [Theory]
    [InlineData(0, 1, "0 0.5 1")]
    [InlineData(0.912, 0.988, "0.92 0.94 0.96 0.98")]
    [InlineData(-3, 40, "0 10 20 30 40")]
    [InlineData(7, 7, "6.6 6.8 7 7.2 7.4")]
    [InlineData(1e-7, 3e-7, "1E-07 1.5E-07 2E-07 2.5E-07 3E-07")]
    public void Scale_Ticks_AreRoundAndInside(double low, double high, string expected)
    {
        var scale = Scale.Of([low, high]);
        Assert.Equal(expected, string.Join(' ', scale.Ticks.Select(t => t.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        Assert.All(scale.Ticks, tick => Assert.InRange(scale.Percent(tick), 0, 100));
    }

    /// <summary>Writes a sample page to look at, when a folder for it is named.</summary>
    [Fact]
    public void Write_Samples_WhenAFolderIsNamed()
    {
        if (Environment.GetEnvironmentVariable("COSTSOCIETY_SAMPLES") is not { Length: > 0 } folder)
            return;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "comparison.html"), _html);
    }

    private static string TextOf(IEnumerable<TextTable> tables)
    {
        var text = new StringBuilder();
        foreach (var table in tables)
        {
            text.Append(table.Title).Append('\n').AppendJoin(" | ", table.Head).Append('\n');
            foreach (string[] row in table.Rows)
                text.AppendJoin(" | ", row).Append('\n');
            text.Append('\n');
        }
        return text.ToString();
    }

    private static IEnumerable<int> Variants => Enumerable.Range(0, _data.Result.Variants.Count);

    private static string Island(string html) =>
        Regex.Match(html, "<script type=\"application/json\" id=\"data\">(?<json>.*?)</script>", RegexOptions.Singleline).Groups["json"].Value;
}
