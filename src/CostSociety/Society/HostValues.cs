using CostSociety.Fabric;
using CostSociety.Language;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>
/// Numbers the host gives to expressions at the step boundary, and takes from the records after a run. Costs and
/// measures that expressions read are those of the step before.
/// </summary>
internal sealed class HostValues
{
    private enum Source : byte
    {
        Step,
        Epoch,
        Samples,
        SinceSwap,
        InverseValid,
        Cost,
        CostSum,
        Measure,
        Learning,
        Updates,
        Plastic,
        Stage,
        SinceStage,
        Alarm,
    }

    /// <summary>Before the names of the circuit's own measures; those of a cost file keep the word before theirs.</summary>
    private const string OfCircuit = "measure.";

    private readonly (Source Source, int Index, string Key)[] _names;
    private readonly double[] _values;
    private readonly double[] _work;
    private readonly Record[] _costRecords;
    private readonly Record[] _measureRecords;
    private readonly Dictionary<string, int> _numbers;
    private readonly double[] _costs;
    private readonly double[] _measures;
    private readonly float[] _one = new float[1];

    public HostValues(Synthesized synthesized)
    {
        _costRecords = [.. synthesized.CostRecords];
        _measureRecords = [.. synthesized.MeasureRecords];
        CostTerms = [.. _costRecords.Select(r => r.Name["cost.".Length..])];
        Measures = [.. _measureRecords.Select(r => r.Name.StartsWith(OfCircuit, StringComparison.Ordinal) ? r.Name[OfCircuit.Length..] : r.Name)];
        _costs = new double[_costRecords.Length];
        _measures = new double[_measureRecords.Length];
        LaggedCosts = new double[_costRecords.Length];
        LaggedMeasures = new double[_measureRecords.Length];
        LaggedCosts.AsSpan().Fill(double.PositiveInfinity);
        _numbers = Numbers(_costRecords.Concat(_measureRecords).Select(r => r.Name), _costRecords.Length);
        _names = [.. synthesized.Registers.Names.Select(n => Resolve(n, synthesized, _numbers))];
        Alarms = new Alarms(synthesized.Costs.Monitors, n => _numbers["monitor." + n]);
        _values = new double[_names.Length];
        _work = new double[synthesized.Registers.Work];
    }

    public IReadOnlyList<string> CostTerms { get; }

    public IReadOnlyList<string> Measures { get; }

    public ReadOnlySpan<double> CostValues => _costs;

    public ReadOnlySpan<double> MeasureValues => _measures;

    /// <summary>Costs of the last step that learned; infinite before the first, so that no cost seems low.</summary>
    public double[] LaggedCosts { get; }

    /// <summary>Measures of the last step that learned; 0 before the first.</summary>
    public double[] LaggedMeasures { get; }

    /// <summary>Whether what the cost file watches stays within its limits.</summary>
    public Alarms Alarms { get; }

    /// <summary>Fills the host registers for a run.</summary>
    public void Fill(HostRegisters registers, float[] destination, Society society, Development development, int samples)
    {
        for (int i = 0; i < _names.Length; i++)
            _values[i] = Value(_names[i], society, development, samples);
        registers.Fill(_values, _work, destination);
    }

    /// <summary>Begins the means of a step or prediction.</summary>
    public void Begin()
    {
        _costs.AsSpan().Clear();
        _measures.AsSpan().Clear();
    }

    /// <summary>Adds the records of a presentation: costs are sums over samples, a measure counts once for each of them.</summary>
    public void Add(IFabricMemory memory, int samples)
    {
        for (int i = 0; i < _costs.Length; i++)
            _costs[i] += ReadOne(memory, _costRecords[i]);
        for (int i = 0; i < _measures.Length; i++)
            _measures[i] += (double)ReadOne(memory, _measureRecords[i]) * samples;
    }

    /// <summary>Makes means over all samples of what was added.</summary>
    public void End(int samples)
    {
        foreach (ref double cost in _costs.AsSpan())
            cost /= samples;
        foreach (ref double measure in _measures.AsSpan())
            measure /= samples;
    }

    /// <summary>Lets the next step see the costs and measures of this one.</summary>
    public void Lag()
    {
        _costs.CopyTo(LaggedCosts.AsSpan());
        _measures.CopyTo(LaggedMeasures.AsSpan());
        Alarms.Watch(LaggedMeasures);
    }

    /// <summary>Takes the lagged values of the same costs and measures.</summary>
    public void InheritLagged(HostValues same)
    {
        same.LaggedCosts.CopyTo(LaggedCosts.AsSpan());
        same.LaggedMeasures.CopyTo(LaggedMeasures.AsSpan());
        Alarms.Take(same.Alarms.Held);
    }

    /// <summary>Takes the values of the same costs and measures, those of the last step or prediction too.</summary>
    public void Continue(HostValues same)
    {
        same._costs.CopyTo(_costs.AsSpan());
        same._measures.CopyTo(_measures.AsSpan());
        InheritLagged(same);
    }

    /// <summary>Takes over the lagged values of what keeps its name; what is new begins as before the first step.</summary>
    public void Inherit(HostValues old)
    {
        if (old == this)
            return;
        Begin();
        for (int i = 0; i < _costRecords.Length; i++)
            LaggedCosts[i] = old._numbers.TryGetValue(_costRecords[i].Name, out int index) ? old.LaggedCosts[index] : double.PositiveInfinity;
        for (int i = 0; i < _measureRecords.Length; i++)
            LaggedMeasures[i] = old._numbers.TryGetValue(_measureRecords[i].Name, out int index) ? old.LaggedMeasures[index] : 0;
        Alarms.Inherit(old.Alarms);
    }

    private float ReadOne(IFabricMemory memory, Record record)
    {
        memory.Read(Region.Io, record.Symbol.Offset, _one);
        return _one[0];
    }

    private double Value((Source Source, int Index, string Key) name, Society society, Development development, int samples) => name.Source switch
    {
        Source.Step => society.Age,
        Source.Epoch => society.Epoch,
        Source.Samples => society.Samples,
        Source.SinceSwap => society.Age - society.SwapStep,
        Source.InverseValid => 1.0 / samples,
        Source.Cost => LaggedCosts[name.Index],
        Source.CostSum => SumOfCosts(name.Key),
        Source.Measure => LaggedMeasures[name.Index],
        Source.Learning => 1,
        Source.Updates => society.UpdatesOf(name.Index),
        Source.Stage => development.Index == name.Index ? 1 : 0,
        Source.SinceStage => society.Age - development.Since,
        Source.Alarm => Alarms.IsOn(name.Index) ? 1 : 0,
        _ => development.IsPlastic(name.Index) ? 1 : 0,
    };

    private double SumOfCosts(string area)
    {
        double sum = 0;
        for (int i = 0; i < CostTerms.Count; i++)
            if (CostTerms[i].StartsWith(area, StringComparison.Ordinal))
                sum += LaggedCosts[i];
        return sum;
    }

    private static (Source Source, int Index, string Key) Resolve(string name, Synthesized synthesized, Dictionary<string, int> records) => name switch
    {
        "step" => (Source.Step, 0, ""),
        "epoch" => (Source.Epoch, 0, ""),
        "samples" => (Source.Samples, 0, ""),
        "since_swap" => (Source.SinceSwap, 0, ""),
        CostBinding.SinceStage => (Source.SinceStage, 0, ""),
        Batch.InverseValid => (Source.InverseValid, 0, ""),
        Specialization.Name => (Source.Learning, 0, ""), // Only rates and stages ask the host, and those are of steps.
        _ when After(name, "plastic.") is { } parameter => (Source.Plastic, synthesized.Parameters.Find(parameter)!.Number, ""),
        _ when After(name, "updates.") is { } parameter => (Source.Updates, synthesized.Parameters.Find(parameter)!.Number, ""),
        _ when After(name, CostBinding.StagePrefix) is { } stage => (Source.Stage, Index(synthesized.Costs.Development, s => s.Name == stage), ""),
        _ when After(name, CostBinding.AlarmPrefix) is { } monitor => (Source.Alarm, Index(synthesized.Costs.Monitors, m => m.Name == monitor), ""),
        _ when !records.ContainsKey(name) => (Source.CostSum, 0, name["cost.".Length..] + "."),
        _ => (name.StartsWith("cost.", StringComparison.Ordinal) ? Source.Cost : Source.Measure, records[name], ""),
    };

    private static string? After(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;

    private static int Index<T>(IReadOnlyList<T> list, Func<T, bool> isIt) => list.TakeWhile(item => !isIt(item)).Count();

    /// <summary>Places of costs among the costs, and of measures among the measures.</summary>
    private static Dictionary<string, int> Numbers(IEnumerable<string> names, int costs)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (i, name) in names.Index())
            numbers.TryAdd(name, i < costs ? i : i - costs);
        return numbers;
    }
}
