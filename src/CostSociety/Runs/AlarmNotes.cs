using System.Globalization;
using CostSociety.Costs;

namespace CostSociety.Runs;

/// <summary>
/// Alarms of a run's monitors: each is noted once, when it begins. One that lasted already when the run went on is none
/// that begins, so that a resume repeats nothing, and a run that a monitor ended can go on.
/// </summary>
internal sealed class AlarmNotes
{
    /// <summary>The word for them in a journal.</summary>
    public const string Kind = "alarm";

    private readonly Society _society;
    private readonly Journal? _journal;
    private readonly List<JournalEntry> _all;
    private readonly HashSet<string> _lasting = new(StringComparer.Ordinal);

    /// <summary>Begins with what the journal has and what lasts.</summary>
    public AlarmNotes(Society society, Journal? journal)
    {
        (_society, _journal) = (society, journal);
        _all = [.. (journal?.Read() ?? []).Where(e => e.Kind == Kind)];
        foreach (var monitor in society.Costs.Monitors)
            if (society.IsAlarmed(monitor.Name))
                _lasting.Add(monitor.Name);
    }

    /// <summary>Every alarm of the run, those before a resume included.</summary>
    public IReadOnlyList<JournalEntry> All => _all;

    /// <summary>Name of the monitor whose alarm ends the run, or null.</summary>
    public string? StoppedBy { get; private set; }

    /// <summary>Called with each alarm that begins.</summary>
    public Action<JournalEntry>? OnAlarm { get; init; }

    /// <summary>Notes what begins with the step that was done.</summary>
    public void Note()
    {
        var monitors = _society.Costs.Monitors;
        for (int i = 0; i < monitors.Count; i++)
            if (!_society.IsAlarmed(monitors[i].Name))
                _lasting.Remove(monitors[i].Name);
            else if (_lasting.Add(monitors[i].Name))
                Begin(monitors[i]);
    }

    private void Begin(MonitorSpec monitor)
    {
        var entry = new JournalEntry(_society.Age, Kind, monitor.Name, Text(monitor, ValueOf(monitor)));
        _all.Add(entry);
        _journal?.Append(entry);
        if (monitor.Stops)
            StoppedBy ??= monitor.Name;
        OnAlarm?.Invoke(entry);
    }

    private double ValueOf(MonitorSpec monitor)
    {
        int place = 0;
        while (_society.Measures[place] != "monitor." + monitor.Name)
            place++;
        return _society.MeasureValues[place];
    }

    private static string Text(MonitorSpec monitor, double value) => string.Create(CultureInfo.InvariantCulture,
        $"{monitor.Text.Text} was {Where(monitor)} for {(monitor.Steps == 1 ? "a step" : $"{monitor.Steps} steps")}, {value:g3} now");

    private static string Where(MonitorSpec monitor) => (double.IsFinite(monitor.Floor), double.IsFinite(monitor.Ceiling)) switch
    {
        (true, false) => string.Create(CultureInfo.InvariantCulture, $"below {monitor.Floor}"),
        (false, true) => string.Create(CultureInfo.InvariantCulture, $"above {monitor.Ceiling}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"outside of {monitor.Floor} to {monitor.Ceiling}"),
    };
}
