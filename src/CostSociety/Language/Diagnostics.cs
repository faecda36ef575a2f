namespace CostSociety.Language;

/// <summary>A text with a name, so that every message can point into it.</summary>
/// <param name="Path">Path as the user gave it, or a made-up name in angle brackets.</param>
/// <param name="Text">The whole text.</param>
public sealed record SourceText(string Path, string Text);

/// <summary>A range of a text.</summary>
/// <param name="Source">The text.</param>
/// <param name="Start">First character.</param>
/// <param name="Length">Number of characters.</param>
public readonly record struct SourceSpan(SourceText Source, int Start, int Length)
{
    /// <summary>A span that points nowhere, for things the user did not write.</summary>
    public static SourceSpan None { get; } = new(new SourceText("<built in>", ""), 0, 0);
}

/// <summary>How bad a diagnostic is.</summary>
public enum Severity
{
    /// <summary>Worth a look; nothing is refused.</summary>
    Warning,

    /// <summary>The file is refused.</summary>
    Error,
}

/// <summary>One message about a place in a file.</summary>
/// <param name="Severity">How bad.</param>
/// <param name="Id">Stable number, <c>COST1234</c>.</param>
/// <param name="Message">What is wrong, with the value and what was expected.</param>
/// <param name="Span">Where.</param>
/// <param name="Hint">How to repair it, or null.</param>
public sealed record Diagnostic(Severity Severity, string Id, string Message, SourceSpan Span, string? Hint = null);

/// <summary>Collects messages; everything that reads user input reports here instead of throwing.</summary>
public sealed class Diagnostics
{
    private readonly List<Diagnostic> _items = [];

    /// <summary>All messages, sorted by file and place.</summary>
    public IReadOnlyList<Diagnostic> Items =>
        [.. _items.OrderBy(d => d.Span.Source.Path, StringComparer.Ordinal).ThenBy(d => d.Span.Start).ThenBy(d => d.Id, StringComparer.Ordinal)];

    /// <summary>Whether anything was refused.</summary>
    public bool HasErrors => _items.Exists(d => d.Severity == Severity.Error);

    /// <summary>Whether something at exactly this place was refused.</summary>
    public bool HasErrorAt(SourceSpan span) => _items.Exists(d => d.Severity == Severity.Error && d.Span == span);

    /// <summary>Adds an error.</summary>
    public void Error(string id, SourceSpan span, string message, string? hint = null) =>
        Add(new Diagnostic(Severity.Error, id, message, span, hint));

    /// <summary>Adds a warning.</summary>
    public void Warning(string id, SourceSpan span, string message, string? hint = null) =>
        Add(new Diagnostic(Severity.Warning, id, message, span, hint));

    /// <summary>Adds a message, unless the same one is already there.</summary>
    public void Add(Diagnostic diagnostic)
    {
        if (!_items.Contains(diagnostic))
            _items.Add(diagnostic);
    }

    /// <summary>Throws if anything was refused.</summary>
    /// <exception cref="CostSocietyException">There are errors; it carries them all.</exception>
    public void ThrowIfErrors()
    {
        if (HasErrors)
            throw new CostSocietyException(Items);
    }
}

/// <summary>Input that was refused; <see cref="Diagnostics"/> says where and why.</summary>
public sealed class CostSocietyException(IReadOnlyList<Diagnostic> diagnostics)
    : Exception(string.Join(Environment.NewLine, diagnostics.Select(DiagnosticText.Render)))
{
    /// <summary>All messages, sorted by place.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;
}
