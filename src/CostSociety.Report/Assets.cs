using System.Reflection;

namespace CostSociety.Report;

/// <summary>Files that are built into this assembly.</summary>
internal static class Assets
{
    // The licence of uPlot stands in the page; the address in its first line would be the only one there.
    private const string UPlotAddress = "https://github.com/leeoniya/uPlot";

    public static string UPlotScript => Read("uPlot.iife.min.js").Replace(UPlotAddress, "uPlot");

    public static string UPlotStyle => Read("uPlot.min.css").Replace(UPlotAddress, "uPlot");

    public static string UPlotLicence => Read("uPlot.LICENSE");

    public static string Script => Read("report.js");

    public static string Style => Read("report.css");

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the assembly has no '{name}'");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
