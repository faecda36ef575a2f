namespace CostSociety.Language;

/// <summary>
/// Costs, functions, activations and updates that are text of the language itself, in <c>circuits/library.*</c>. The files are part
/// of the assembly; a user copies and changes them.
/// </summary>
internal sealed class Library
{
    private static readonly Lazy<Library> _shipped = new(LoadShipped);

    /// <summary>The library that ships with the product.</summary>
    public static Library Shipped => _shipped.Value;

    /// <summary>Functions that give one number a sample.</summary>
    public required IReadOnlyDictionary<string, DefinitionSyntax> Costs { get; init; }

    /// <summary>Functions of any shape, most often for dynamics.</summary>
    public required IReadOnlyDictionary<string, DefinitionSyntax> Functions { get; init; }

    /// <summary>Activations: the parameters are compartments, the body makes the activity.</summary>
    public required IReadOnlyDictionary<string, DefinitionSyntax> Activations { get; init; }

    /// <summary>Updates: assignments to w and to the state they keep, from the gradient g.</summary>
    public required IReadOnlyDictionary<string, DefinitionSyntax> Updates { get; init; }

    /// <summary>Names of all that a text can call.</summary>
    public IEnumerable<string> FunctionNames => Costs.Keys.Concat(Functions.Keys);

    /// <summary>What a text can call by a name, or null.</summary>
    public DefinitionSyntax? Function(string name) => Costs.GetValueOrDefault(name) ?? Functions.GetValueOrDefault(name);

    private static Library LoadShipped() => new()
    {
        Costs = Load("library.costs"),
        Functions = Load("library.functions"),
        Activations = Load("library.activations"),
        Updates = Load("library.updates"),
    };

    private static Dictionary<string, DefinitionSyntax> Load(string name)
    {
        using var stream = typeof(Library).Assembly.GetManifestResourceStream("circuits/" + name)
            ?? throw new InvalidOperationException($"the library '{name}' is not part of the assembly");
        using var reader = new StreamReader(stream);
        var diagnostics = new Diagnostics();
        var definitions = Parser.ParseLibrary(new SourceText("circuits/" + name, reader.ReadToEnd()), diagnostics);
        diagnostics.ThrowIfErrors();
        return definitions.ToDictionary(d => d.Name);
    }
}
