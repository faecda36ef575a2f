using CostSociety.Costs;

namespace CostSociety;

/// <summary>For how many steps each monitored number has been outside of its limits, and whether that is an alarm.</summary>
internal sealed class Alarms
{
    private readonly IReadOnlyList<MonitorSpec> _monitors;
    private readonly int[] _places;

    /// <summary>Watches the monitors of a cost file.</summary>
    /// <param name="monitors">The monitors.</param>
    /// <param name="placeOf">Place of a monitor's number among the measures.</param>
    public Alarms(IReadOnlyList<MonitorSpec> monitors, Func<string, int> placeOf)
    {
        _monitors = monitors;
        _places = [.. monitors.Select(m => placeOf(m.Name))];
        Held = new long[monitors.Count];
    }

    /// <summary>Steps for which each has been outside without a break.</summary>
    public long[] Held { get; }

    /// <summary>Whether a monitor has been outside for as long as it takes.</summary>
    public bool IsOn(int monitor) => Held[monitor] >= _monitors[monitor].Steps;

    /// <summary>Counts one more step; a number that is none is outside.</summary>
    public void Watch(ReadOnlySpan<double> measures)
    {
        for (int i = 0; i < Held.Length; i++)
            Held[i] = measures[_places[i]] is var value && value >= _monitors[i].Floor && value <= _monitors[i].Ceiling ? 0 : Held[i] + 1;
    }

    /// <summary>Takes over the counts of monitors of the same name; others begin anew.</summary>
    public void Inherit(Alarms old)
    {
        Array.Clear(Held);
        for (int i = 0; i < Held.Length; i++)
            for (int j = 0; j < old.Held.Length; j++)
                if (_monitors[i].Name == old._monitors[j].Name)
                    Held[i] = old.Held[j];
    }

    /// <summary>Takes the counts of the same monitors.</summary>
    public void Take(ReadOnlySpan<long> held) => held.CopyTo(Held);
}
