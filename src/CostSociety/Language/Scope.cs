using CostSociety.Synthesis;

namespace CostSociety.Language;

/// <summary>What names mean in a text.</summary>
/// <param name="Where">The text in the words of a message: "the cost of area 'v1'".</param>
/// <param name="Key">Stable name of the text, the root of the names of its state.</param>
/// <param name="Shape">The shape that noise and <c>index</c> take, and that an area's text stands for.</param>
/// <param name="Resolve">The value of a name, or null when it is unknown; may report errors of its own.</param>
/// <param name="Known">All names that can be resolved, for hints.</param>
internal sealed record Scope(
    string Where,
    string Key,
    Shape Shape,
    Func<string, SourceSpan, Node?> Resolve,
    Func<IEnumerable<string>> Known)
{
    /// <summary>Root of the keys of noise: the text's name, and the tick where a text is bound for each.</summary>
    public string NoiseKey { get; init; } = Key;

    /// <summary>How many draws of noise the text made so far: each is a stream of its own.</summary>
    public int NoiseCount { get; set; }

    /// <summary>Past values of a node, for <c>previous</c>; null where a text has no past.</summary>
    public Func<Node, int, string, Node>? Previous { get; init; }

    /// <summary>
    /// A value that goes on from its past, for <c>trace</c>: a shape, a name, and the new value made from the old one; null
    /// where a text has no past.
    /// </summary>
    public Func<Shape, string, Func<Node, Node>, Node>? Trace { get; init; }

    /// <summary>How many traces the text made so far.</summary>
    public int TraceCount { get; set; }

    /// <summary>The weights of a projection by its name, for <c>weights</c>; reports what is wrong. Null where a text has none.</summary>
    public Func<string, SourceSpan, Node?>? Weights { get; init; }

    /// <summary>How many calls of previous the text made so far.</summary>
    public int PreviousCount { get; set; }
}
