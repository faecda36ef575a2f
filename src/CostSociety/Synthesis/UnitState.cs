using CostSociety.Language;

namespace CostSociety.Synthesis;

/// <summary>
/// Tells which names of a block are statistics of the batch: those whose texts have no lane in them, only reductions over
/// the batch, variables, numbers and other such names. State of such a name is kept once for each unit. A state that reads
/// no batch at all, such as a count of ticks, is of the lanes, and moves wherever they do.
/// </summary>
/// <param name="block">The text.</param>
/// <param name="library">Functions that it may call.</param>
/// <param name="hasLanes">Whether a name that the block does not assign has a value for each lane.</param>
internal sealed class UnitState(BlockSyntax block, Library library, Func<string, bool> hasLanes)
{
    private const int DeepestExpansion = 32;

    /// <summary>Functions that give each lane a value of its own, whatever they are given.</summary>
    private static readonly string[] _ofLanes = ["noise.", "previous", "trace", "sample"];

    private readonly HashSet<string> _units = [];

    /// <summary>The names.</summary>
    public HashSet<string> Names()
    {
        _units.UnionWith(block.Assignments.Select(a => a.Name).Where(n => n != Dynamics.ActivityName));
        while (block.Assignments.FirstOrDefault(a => _units.Contains(a.Name) && HasLane(a.Value, [], 0)) is { } lane)
            _units.Remove(lane.Name);
        _units.IntersectWith(Statistics());
        return _units;
    }

    /// <summary>Names whose texts read the batch, or a name that does; and what these need.</summary>
    private HashSet<string> Statistics()
    {
        var texts = block.Assignments.Where(a => _units.Contains(a.Name)).ToList();
        var found = new HashSet<string>();
        while (texts.Find(a => !found.Contains(a.Name) && (ReadsBatch(a.Value) || NamesIn(a.Value).Any(found.Contains))) is { } text)
            found.Add(text.Name);
        while (texts.Find(a => !found.Contains(a.Name) && texts.Exists(b => found.Contains(b.Name) && NamesIn(b.Value).Contains(a.Name))) is { } needed)
            found.Add(needed.Name);
        return found;
    }

    private bool ReadsBatch(Syntax text, int depth = 0) => text.Walk().Any(n => n.Node is CallSyntax call
        && (IsOfBatch(call) || (library.Function(call.Function) is { } definition && depth < DeepestExpansion && ReadsBatch(definition.Body, depth + 1))));

    private static IEnumerable<string> NamesIn(Syntax text) => text.Walk().Select(n => n.Node).OfType<NameSyntax>().Select(n => n.Name);

    private static bool IsOfBatch(CallSyntax call) => call.Function.StartsWith("batch_", StringComparison.Ordinal) || call.Function == "covariance";

    private bool HasLane(Syntax text, Dictionary<string, bool> locals, int depth) => text switch
    {
        NameSyntax name => locals.TryGetValue(name.Name, out bool local) ? local : HasLane(name.Name),
        LetSyntax let => HasLane(let.Body, new(locals) { [let.Name] = HasLane(let.Value, locals, depth) }, depth),
        CallSyntax call => HasLane(call, locals, depth),
        _ => text.Children().Any(c => HasLane(c, locals, depth)),
    };

    private bool HasLane(string name) =>
        !_units.Contains(name) && (block.Assignments.Any(a => a.Name == name) || hasLanes(name));

    private bool HasLane(CallSyntax call, Dictionary<string, bool> locals, int depth)
    {
        if (IsOfBatch(call))
            return false;
        if (_ofLanes.Any(f => call.Function == f || (f.EndsWith('.') && call.Function.StartsWith(f, StringComparison.Ordinal))))
            return true;
        return library.Function(call.Function) is { } definition && depth < DeepestExpansion
            ? HasLane(definition, call, locals, depth + 1)
            : call.Arguments.Any(a => HasLane(a, locals, depth));
    }

    private bool HasLane(DefinitionSyntax definition, CallSyntax call, Dictionary<string, bool> locals, int depth)
    {
        var arguments = new Dictionary<string, bool>();
        foreach (var (parameter, argument) in definition.Parameters.Zip(call.Arguments))
            arguments[parameter.Name] = HasLane(argument, locals, depth);
        foreach (var parameter in definition.Parameters)
            arguments.TryAdd(parameter.Name, false);
        return HasLane(definition.Body, arguments, depth);
    }
}
