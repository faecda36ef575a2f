using CostSociety.Circuits;
using CostSociety.Costs;
using NJsonSchema;

namespace CostSociety.Tests.Circuits;

/// <summary>Schema and documentation say what the reader does: both are made of its tables.</summary>
public class FormatDocsTests
{
    private static readonly string _readme = Repository.PathOf("circuits", "README.md");

    public static TheoryData<string> Shipped => [.. ShippedFiles.Paths.Where(p => p.EndsWith(".json", StringComparison.Ordinal))];

    [Fact]
    public void Schema_OfCircuits_IsMadeOfTheTables() => Repository.AssertGolden(SchemaPath("circuit"),
        SchemaText.Write(CircuitFormat.Circuit, [.. CircuitFormat.Tables, CircuitFormat.AreaDefaults, CircuitFormat.ProjectionDefaults], "CostSociety circuit, format 1"));

    [Fact]
    public void Schema_OfCosts_IsMadeOfTheTables() => Repository.AssertGolden(SchemaPath("costs"),
        SchemaText.Write(CostFormat.File, CostFormat.Tables, "CostSociety costs, format 1"));

    [Theory]
    [MemberData(nameof(Shipped))]
    public async Task Schema_AcceptsShippedFiles(string path)
    {
        var schema = await JsonSchema.FromFileAsync(SchemaPath(path.EndsWith(".costs.json", StringComparison.Ordinal) ? "costs" : "circuit"));

        Assert.Empty(schema.Validate(ShippedFiles.Find(path)!.Text));
    }

    [Theory]
    [InlineData("unknown-key.circuit.json")]
    [InlineData("units-negative.circuit.json")]
    [InlineData("area-with-two-dynamics.circuit.json")]
    [InlineData("area-without-dynamics.circuit.json")]
    [InlineData("area-with-units-and-shape.circuit.json")]
    [InlineData("init.circuit.json")]
    [InlineData("run.circuit.json")]
    [InlineData("projection-name.circuit.json")]
    [InlineData("names.circuit.json")]
    [InlineData("costs-parameter-name.costs.json")]
    [InlineData("format-newer.circuit.json")]
    [InlineData("defaults.circuit.json")]
    [InlineData("phases.circuit.json")]
    [InlineData("pool-with-weights.circuit.json")]
    [InlineData("costs-unknown-key.costs.json")]
    [InlineData("costs-wrong-kind.costs.json")]
    public async Task Schema_RefusesWhatTheTablesRefuse(string file)
    {
        var schema = await JsonSchema.FromFileAsync(SchemaPath(file.EndsWith(".costs.json", StringComparison.Ordinal) ? "costs" : "circuit"));
        string text = await File.ReadAllTextAsync(Repository.PathOf("tests", "CostSociety.Tests", "Circuits", "wrong", file));

        Assert.NotEmpty(schema.Validate(text));
    }

    [Theory]
    [InlineData("circuit keys")]
    [InlineData("cost keys")]
    [InlineData("errors")]
    [InlineData("functions")]
    [InlineData("library")]
    [InlineData("rules")]
    public void Readme_Tables_AreMadeOfTheReaders(string part)
    {
        string text = File.ReadAllText(_readme), begin = $"<!-- {part} -->\n", end = $"<!-- end of {part} -->";
        int start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length, stop = text.IndexOf(end, StringComparison.Ordinal);
        string made = part switch
        {
            "circuit keys" => FormatDocsText.Write(CircuitFormat.Tables),
            "cost keys" => FormatDocsText.Write(CostFormat.Tables),
            "functions" => FormatDocsText.Functions(),
            "library" => FormatDocsText.Library(),
            "rules" => FormatDocsText.Rules(),
            _ => FormatDocsText.Errors(),
        };

        Repository.AssertGolden(_readme, text[..start] + made + text[stop..]);
    }

    private static string SchemaPath(string format) => Repository.PathOf("circuits", "schema", $"{format}-1.schema.json");
}
