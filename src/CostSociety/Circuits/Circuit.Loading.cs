using CostSociety.Language;

namespace CostSociety.Circuits;

/// <content>Reading of circuits.</content>
public sealed partial record Circuit
{
    /// <summary>
    /// Loads a circuit and the costs it names, from the disk or, when there is no such file, from the circuits that ship
    /// inside, such as <c>circuits/digits/society.circuit.json</c>.
    /// </summary>
    /// <param name="path">Path, relative to the current folder.</param>
    /// <param name="overrides">Overrides such as <c>learning.seed=7</c>, or <c>costs:parameters.sparsity=0.1</c> for the cost file.</param>
    /// <exception cref="CostSocietyException">A file is refused; the exception carries all messages.</exception>
    public static Circuit Load(string path, IReadOnlyList<string>? overrides = null)
    {
        var diagnostics = new Diagnostics();
        var circuit = TryLoad(path, overrides, diagnostics);
        diagnostics.ThrowIfErrors();
        return circuit!;
    }

    /// <summary>Loads a circuit and the costs it names; null after reporting everything that is wrong.</summary>
    public static Circuit? TryLoad(string path, IReadOnlyList<string>? overrides, Diagnostics diagnostics)
    {
        var source = TextFiles.Read(path, null, diagnostics);
        return source is null ? null : Parse(source, null, overrides, diagnostics);
    }

    /// <summary>Reads a circuit from a text; the cost file it names is looked up beside the path of the text.</summary>
    public static Circuit? Parse(SourceText source, Diagnostics diagnostics) => Parse(source, null, null, diagnostics);

    /// <summary>Reads a circuit from a text; null after reporting everything that is wrong.</summary>
    /// <param name="source">The circuit.</param>
    /// <param name="costs">The cost file in place of the one that the circuit names, or null.</param>
    /// <param name="overrides">Overrides, or null.</param>
    /// <param name="diagnostics">Where errors go.</param>
    public static Circuit? Parse(SourceText source, SourceText? costs, IReadOnlyList<string>? overrides, Diagnostics diagnostics)
    {
        var own = new Diagnostics();
        var circuit = CircuitReader.Read(source, costs, Override.ParseAll(overrides, own), own);
        foreach (var item in own.Items)
            diagnostics.Add(item);
        return own.HasErrors ? null : circuit;
    }
}
