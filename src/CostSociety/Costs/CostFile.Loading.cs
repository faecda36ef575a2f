using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Costs;

/// <content>Reading of cost files.</content>
public sealed partial record CostFile
{
    /// <summary>Loads a cost file from the disk, or one that ships inside.</summary>
    /// <param name="path">Path, relative to the current folder.</param>
    /// <param name="overrides">Overrides such as <c>parameters.sparsity=0.1</c>, with or without <c>costs:</c> before them.</param>
    /// <exception cref="CostSocietyException">The file is refused; the exception carries all messages.</exception>
    public static CostFile Load(string path, IReadOnlyList<string>? overrides = null)
    {
        var diagnostics = new Diagnostics();
        var costs = TryLoad(path, overrides, diagnostics);
        diagnostics.ThrowIfErrors();
        return costs!;
    }

    /// <summary>Loads a cost file; null after reporting what is wrong.</summary>
    public static CostFile? TryLoad(string path, IReadOnlyList<string>? overrides, Diagnostics diagnostics)
    {
        var source = TextFiles.Read(path, null, diagnostics);
        return source is null ? null : Parse(source, overrides, diagnostics);
    }

    /// <summary>Reads a cost file from a text; null after reporting what is wrong.</summary>
    public static CostFile? Parse(SourceText source, Diagnostics diagnostics) => Parse(source, null, diagnostics);

    /// <summary>Reads a cost file from a text with overrides; null after reporting what is wrong.</summary>
    public static CostFile? Parse(SourceText source, IReadOnlyList<string>? overrides, Diagnostics diagnostics)
    {
        var own = new Diagnostics();
        var costs = CostFileReader.Read(source, Override.ParseAll(overrides, own), own);
        foreach (var item in own.Items)
            diagnostics.Add(item);
        return own.HasErrors ? null : costs;
    }

    /// <summary>Checks that every area, projection and name fits a circuit, as a swap needs it.</summary>
    public void CheckAgainst(Circuit circuit, Diagnostics diagnostics) => CostChecks.Check(this, circuit, diagnostics);
}
