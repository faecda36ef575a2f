using System.Text.Json;
using System.Text.RegularExpressions;
using CostSociety.Report;
using CostSociety.Runs;

namespace CostSociety.Tests.Report;

public sealed partial class ReportWriterTests
{
    private static readonly string _html = ReportWriter.Write(SampleReports.Digits());

    [Fact]
    public void Write_Addresses_AreOnlyNamespacesAndData()
    {
        Assert.All(AddressPattern().Matches(_html), match => Assert.StartsWith("http://www.w3.org/", match.Value, StringComparison.Ordinal));
        Assert.All(LinkPattern().Matches(_html), match => Assert.Matches("^(data:image/png;base64,|#)", match.Groups[1].Value));
        Assert.DoesNotContain("@import", _html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", _html, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Data_IsJsonThatNothingInItCanEnd()
    {
        using var data = JsonDocument.Parse(Island(_html));
        var charts = data.RootElement.GetProperty("charts").EnumerateArray().ToList();

        Assert.Equal(["v1", "report", "accuracy"], charts.Select(chart => chart.GetProperty("title").GetString()));
        Assert.Equal(["train", "held out"], charts[2].GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("label").GetString()));
        Assert.Equal(2, data.RootElement.GetProperty("stages").GetArrayLength());
        Assert.All(charts.SelectMany(c => c.GetProperty("lines").EnumerateArray(), (c, line) => (c, line)), pair =>
            Assert.Equal(pair.c.GetProperty("steps").GetArrayLength(), pair.line.GetProperty("values").GetArrayLength()));
    }

    [Fact]
    public void Write_ModulatorsAndMonitors_StandUnderTheStages()
    {
        string development = Part(_html, "development");

        Assert.Equal(["modulator.opening", "modulator.flash", "monitor.collapse"], TrackPattern().Matches(development).Select(m => m.Groups[1].Value));
        Assert.Contains("monitor.collapse <small>0.0215 to 0.3196</small>", development, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(development, "class=\"limit\"", RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.DoesNotContain("modulator.", Part(_html, "measures"), StringComparison.Ordinal);
    }

    /// <summary>A modulator that acts for one step of 1350 is seen, though no curve has so many points.</summary>
    [Fact]
    public void Write_ShortModulator_ReachesItsTop() => Assert.Matches(FlashPattern(), Part(_html, "development"));

    [Fact]
    public void Write_WithoutStages_DrawsModulatorsAlone()
    {
        var data = SampleReports.Digits() with { Stages = [] };

        string development = Part(ReportWriter.Write(data), "development");

        Assert.Equal(3, TrackPattern().Count(development));
        Assert.DoesNotContain("class=\"mark\"", development, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_HostileNames_StayText()
    {
        const string Hostile = "</script><script>alert(1)</script>\"'&\u2028";
        string html = ReportWriter.Write(new ReportData
        {
            Name = Hostile,
            Why = Hostile,
            Facts = [new(Hostile, Hostile)],
            Series = [new(Hostile, Hostile, [1, 2], [1, double.NaN], SeriesKind.Cost), new("", "modulator." + Hostile, [1], [double.NaN], SeriesKind.MeasureTrain)],
            Stages = [new(Hostile, 1, 5, [Hostile], Hostile)],
            Exchanges = [new(2, "swap", Hostile, Hostile)],
            Floorplan = new Floorplan(Hostile, [], [new(Hostile, [4], Hostile, [Hostile], [true], 0)], [], [Hostile]),
            Fields = [new(Hostile, 1, 1, [[1f]])],
            Summary = [new(Hostile, Hostile, 1, 0)],
            Influence = new Influence(Hostile, [Hostile], [Hostile], [1], [[2]]),
            Texts = [new(Hostile, Hostile)],
        });

        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(html, "</script", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(5)));
        using var data = JsonDocument.Parse(Island(html));
        Assert.Equal(Hostile, data.RootElement.GetProperty("charts")[0].GetProperty("title").GetString());
    }

    [Fact]
    public void Write_Exchanges_AreListedAndMarked()
    {
        string html = ReportWriter.Write(SampleReports.Exchanged());
        using var data = JsonDocument.Parse(Island(html));

        Assert.Equal([400, 900], data.RootElement.GetProperty("exchanges").EnumerateArray().Select(e => e.GetInt32()));
        Assert.Equal(2, Regex.Count(html, "<line class=\"exchange\"", RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.Contains("<li>after step 520: refused <b>decorrelated.costs.json</b> unknown name &#39;v1x&#39;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Costs exchanged", _html, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_AlmostNothing_IsAPage()
    {
        string html = ReportWriter.Write(new ReportData { Name = "empty" });

        Assert.Contains("<h1>empty</h1>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<section", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Twice_GivesTheSameText() => Assert.Equal(_html, ReportWriter.Write(SampleReports.Digits()));

    [Fact]
    public void Write_Fields_ArePicturesThatDecode()
    {
        var pictures = PicturePattern().Matches(_html);

        Assert.Equal(8 + 64, pictures.Count);
        Assert.Equal((3, 3), Size(PngTests.Decode(Convert.FromBase64String(pictures[0].Groups[1].Value))));
        Assert.Equal((8, 8), Size(PngTests.Decode(Convert.FromBase64String(pictures[^1].Groups[1].Value))));
    }

    [Fact]
    public void Write_LongSeries_AreThinnedButKeepTheirEnds()
    {
        double[] steps = [.. Enumerable.Range(0, 100_001).Select(i => (double)i)];
        string html = ReportWriter.Write(new ReportData { Name = "long", Series = [new("a", "cost", steps, steps, SeriesKind.Cost)] });
        using var data = JsonDocument.Parse(Island(html));
        var shown = data.RootElement.GetProperty("charts")[0].GetProperty("steps");

        Assert.InRange(shown.GetArrayLength(), 1000, 2001);
        Assert.Equal(0, shown[0].GetDouble());
        Assert.Equal(100_000, shown[shown.GetArrayLength() - 1].GetDouble());
    }

    /// <summary>Writes sample pages to look at, when a folder for them is named.</summary>
    [Fact]
    public void Write_Samples_WhenAFolderIsNamed()
    {
        if (Environment.GetEnvironmentVariable("COSTSOCIETY_SAMPLES") is not { Length: > 0 } folder)
            return;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "digits.html"), _html);
        File.WriteAllText(Path.Combine(folder, "tangle.html"), ReportWriter.Write(SampleReports.Tangle()));
        File.WriteAllText(Path.Combine(folder, "tangle.svg"), FloorplanSvg.Render(Floorplan.From(SampleCircuits.Tangle())));
        File.WriteAllText(Path.Combine(folder, "tangle.txt"), FloorplanText.Render(Floorplan.From(SampleCircuits.Tangle())));
    }

    private static (int Width, int Height) Size((int Width, int Height, byte[] Pixels) picture) => (picture.Width, picture.Height);

    private static string Island(string html) =>
        Regex.Match(html, "<script type=\"application/json\" id=\"data\">(?<json>.*?)</script>", RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Groups["json"].Value;

    /// <summary>A section of the page.</summary>
    private static string Part(string html, string id) =>
        Regex.Match(html, $"<section aria-labelledby=\"{id}\">.*?</section>", RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Value;

    [GeneratedRegex("<span class=\"label\">((?:modulator|monitor)\\.\\w+) <small>")]
    private static partial Regex TrackPattern();

    [GeneratedRegex("modulator\\.flash.*?<polyline points=\"[^\"]*,8 [^\"]*\"")]
    private static partial Regex FlashPattern();

    [GeneratedRegex("(?:https?:)?//[a-z0-9.-]+\\.[a-z]{2,}[^\\s\"'<]*", RegexOptions.IgnoreCase)]
    private static partial Regex AddressPattern();

    [GeneratedRegex("\\s(?:src|href)=\"([^\"]*)\"")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("data:image/png;base64,([A-Za-z0-9+/=]+)")]
    private static partial Regex PicturePattern();
}
