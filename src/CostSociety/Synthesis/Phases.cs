using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Language;
using CostSociety.Learning;

namespace CostSociety.Synthesis;

/// <summary>The schedule of a presentation, tick by tick: which phase a tick belongs to, what moves in it, what learns at its end.</summary>
internal sealed class Phases
{
    private readonly IReadOnlyList<PhaseSpec> _schedule;
    private readonly Parameters _parameters;
    private readonly CircuitIndex _index;
    private readonly int[] _lastTicks;
    private readonly Dictionary<string, string>[] _clamps;
    private readonly HashSet<string>?[] _active;
    private readonly HashSet<Parameter>?[] _plastic;

    public Phases(Circuit circuit, Parameters parameters)
    {
        (_schedule, _parameters, _index) = (circuit.Schedule, parameters, CircuitIndex.Of(circuit));
        _lastTicks = new int[_schedule.Count];
        for (int phase = 0, ticks = 0; phase < _lastTicks.Length; phase++)
            _lastTicks[phase] = (ticks += _schedule[phase].Ticks) - 1;
        _clamps = [.. _schedule.Select(p => p.Clamp.ToDictionary(c => c.Area, c => c.Stream, StringComparer.Ordinal))];
        _active = [.. _schedule.Select(p => p.Active?.Select(n => n.Name).ToHashSet(StringComparer.Ordinal))];
        _plastic = [.. _schedule.Select(p => p.Plastic?.SelectMany(Named).ToHashSet())];
    }

    /// <summary>Number of phases.</summary>
    public int Count => _schedule.Count;

    /// <summary>Ticks of a presentation.</summary>
    public int Ticks => _lastTicks[^1] + 1;

    /// <summary>Index of the phase of a name, or -1.</summary>
    public int Find(string name)
    {
        for (int phase = 0; phase < Count; phase++)
            if (_schedule[phase].Name == name)
                return phase;
        return -1;
    }

    /// <summary>The phase a tick belongs to.</summary>
    public int Of(int tick)
    {
        int at = Array.BinarySearch(_lastTicks, tick);
        return at >= 0 ? at : ~at;
    }

    /// <summary>Last tick of a phase.</summary>
    public int LastTick(int phase) => _lastTicks[phase];

    /// <summary>Whether costs and measures may read the end of a phase.</summary>
    public bool KeepsSnapshot(int phase) => _schedule[phase].Snapshot;

    /// <summary>The stream an area shows at a tick in place of its own activity, or null.</summary>
    public string? ClampOf(string area, int tick) => _clamps[Of(tick)].GetValueOrDefault(area);

    /// <summary>Whether the dynamics of an area run at a tick; otherwise its state stays as it is.</summary>
    public bool Moves(AreaSpec area, int tick)
    {
        int phase = Of(tick);
        return !_clamps[phase].ContainsKey(area.Name) && (_active[phase] is not { } active || active.Contains(area.Name));
    }

    /// <summary>Whether a parameter learns at the end of a phase, as far as the schedule says.</summary>
    public bool Learns(Parameter parameter, int phase) =>
        _plastic[phase] is { } plastic ? plastic.Contains(parameter) : phase == Count - 1;

    /// <summary>Whether a parameter that costs teach may learn: at the end of the last phase.</summary>
    public bool LearnsFromCosts(Parameter parameter) => Learns(parameter, Count - 1);

    /// <summary>Reports names of phases before the last at whose end nothing of them can learn.</summary>
    public void Check(Diagnostics diagnostics)
    {
        foreach (var phase in _schedule.SkipLast(1))
            foreach (var name in phase.Plastic ?? [])
                if (Named(name).All(p => LearningRules.Find(p.Rule.Name).UsesGradient))
                    diagnostics.Error("COST2023", name.Span,
                        $"costs teach '{name.Name}', so it cannot learn at the end of the phase '{phase.Name}'",
                        $"what costs teach learns at the end of the last phase, '{_schedule[^1].Name}'");
    }

    /// <summary>What an area or projection of a list means: variables and incoming projections, or that projection.</summary>
    private IEnumerable<Parameter> Named(NameSpec name) => _index.Area(name.Name) is { } area
        ? _parameters.OfArea(area.Name)
        : _index.Projection(name.Name) is { } projection ? _parameters.Of(projection) : [];
}
