using System.Text.Json;
using CostSociety.Report;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>Prints what each area does for all others.</summary>
internal static class InfluenceOutput
{
    /// <summary>As tables.</summary>
    /// <param name="influence">What to print.</param>
    /// <param name="title">What stands before the titles, or empty.</param>
    public static void PrintTables(Influence influence, string title)
    {
        foreach (var table in InfluenceTables.Of(influence, title, Terminal.Number))
            Terminal.PrintTable(table.Title, [.. table.Head], table.Texts, table.Rows);
    }

    /// <summary>As members of a JSON object.</summary>
    public static void WriteJson(Utf8JsonWriter json, Influence influence)
    {
        json.WriteString("part", influence.Part);
        json.Objects("quantities", Enumerable.Range(0, influence.Quantities.Count), quantity =>
        {
            json.WriteString("name", influence.Quantities[quantity]);
            json.Number("intact", influence.Intact[quantity]);
            json.Objects("areas", Enumerable.Range(0, influence.Areas.Count), area =>
            {
                json.WriteString("area", influence.Areas[area]);
                json.Number("value", influence.Lesioned[area][quantity]);
                json.Number("difference", influence.Difference(area, quantity));
                json.Number("relative", influence.Relative(area, quantity));
            });
        });
    }
}
