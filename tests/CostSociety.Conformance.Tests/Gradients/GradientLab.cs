using CostSociety.Circuits;
using CostSociety.Language;
using CostSociety.Synthesis;

namespace CostSociety.Conformance.Tests.Gradients;

/// <summary>
/// A society on the double-precision oracle whose update is <c>w = w - g</c>, so that one step shows the gradient the
/// engine applies. Weights are read and perturbed in the oracle's own doubles.
/// </summary>
internal sealed class GradientLab : IDisposable
{
    private const double Step = 2e-4;
    private const double RelativeTolerance = 1e-6;
    private const double AbsoluteTolerance = 1e-9;

    private readonly Society _society;
    private readonly Random _random;
    private readonly Dictionary<string, float[]> _streams = [];
    private Probe? _probe;

    /// <summary>Builds the society; its circuit must have the update sgd with rate 1.</summary>
    public GradientLab(string circuit, string costs, int seed = 1)
        : this(Society.Build(ParseCircuit(circuit, costs), new OracleExecutor()), seed)
    {
    }

    /// <summary>Takes a society over, which has to run on the oracle.</summary>
    public GradientLab(Society society, int seed)
    {
        (_society, _random) = (society, new Random(seed));
        Scatter(0.1);
        SetRandomStreams();
    }

    /// <summary>The society.</summary>
    public Society Society => _society;

    /// <summary>Valid samples of a step.</summary>
    public int Samples { get; set; }

    /// <summary>Everything that learns and has values of its own.</summary>
    public IEnumerable<Parameter> Parameters => _society.Synthesized.Parameters.All.Where(p => !p.IsShared);

    private OracleMemory Memory => (OracleMemory)_society.Memory;

    private double[] State => Memory.Region(Region.State);

    /// <summary>Reads a circuit with its costs; throws with every message when it is refused.</summary>
    public static Circuit ParseCircuit(string circuit, string costs)
    {
        var diagnostics = new Diagnostics();
        var parsed = Circuit.Parse(new SourceText("<circuit>", circuit), new SourceText("<costs>", costs), null, diagnostics);
        diagnostics.ThrowIfErrors();
        return parsed!;
    }

    /// <summary>Adds normal noise to all weights and variables, so that nothing starts at a special value.</summary>
    public void Scatter(double deviation)
    {
        foreach (var parameter in Parameters)
        {
            var values = _society.ReadBank(parameter.Bank);
            for (int i = 0; i < values.Length; i++)
                values[i] += (float)(deviation * Normal());
            _society.WriteWeights(parameter.Name, values);
        }
    }

    /// <summary>Fills every stream with normal numbers, all samples of the batch.</summary>
    public void SetRandomStreams(double deviation = 1)
    {
        Samples = _society.BatchSize;
        foreach (var stream in _society.Circuit.Streams)
            Set(stream.Name, Normals(_society.BatchSize * stream.Width, deviation));
    }

    /// <summary>Sets a stream for steps, predictions and probes.</summary>
    public void Set(string stream, float[] values) => _society.Set(stream, _streams[stream] = values);

    /// <summary>Normal numbers of the lab's own stream.</summary>
    public float[] Normals(int count, double deviation = 1)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)(deviation * Normal());
        return values;
    }

    /// <summary>Mean of a cost term over valid samples, in double precision, at the present weights; learns nothing.</summary>
    public double Cost(string term)
    {
        _society.Predict(Samples);
        return RecordOf("cost." + term) / Samples;
    }

    /// <summary>The sum of all cost terms, unweighted.</summary>
    public double AllCosts()
    {
        _society.Predict(Samples);
        return _society.Synthesized.CostRecords.Sum(r => RecordOf(r.Name)) / Samples;
    }

    /// <summary>The sum of all cost terms as a step sees it, <c>learning</c> being 1, unweighted; learns nothing.</summary>
    public double LearningCosts()
    {
        var probe = RunProbe();
        return probe.Synthesized.CostRecords.Sum(r => ((OracleMemory)probe.Memory).Region(Region.Io)[r.Symbol.Offset]) / Samples;
    }

    /// <summary>A probe that has run on the present samples.</summary>
    public Probe RunProbe()
    {
        _probe ??= _society.OpenProbe();
        foreach (var (stream, values) in _streams)
            _probe.Set(stream, values);
        _probe.Run(Samples);
        return _probe;
    }

    /// <summary>A measure of the circuit.</summary>
    public double Measure(string name)
    {
        _society.Predict(Samples);
        return RecordOf("measure." + name);
    }

    /// <summary>The gradient of each parameter, [units, inputs], that one step applies; weights are put back after it.</summary>
    public Dictionary<string, double[]> Gradients()
    {
        var before = Parameters.ToDictionary(p => p, Read);
        _society.Step(Samples);
        var gradients = Parameters.ToDictionary(p => p.Name, p => Difference(before[p], Read(p)));
        foreach (var (parameter, values) in before)
            Write(parameter, values);
        return gradients;
    }

    /// <summary>
    /// Compares the gradient of each parameter with central differences of an objective along random directions, at one
    /// age: differences first, then the step.
    /// </summary>
    /// <param name="objective">What the parameters of <paramref name="names"/> should descend.</param>
    /// <param name="names">Parameters to check; all of them when none is named.</param>
    public void Check(Func<double> objective, params string[] names)
    {
        var parameters = Parameters.Where(p => names.Length == 0 || names.Contains(p.Name)).ToList();
        Assert.Equal(names.Length == 0 ? parameters.Count : names.Length, parameters.Count);
        var expected = parameters.ConvertAll(p => Slopes(p, objective));
        double scale = Math.Max(1, Math.Abs(objective()));
        var gradients = Gradients();
        foreach (var (parameter, slopes) in parameters.Zip(expected))
            foreach (var (direction, slope) in slopes)
            {
                double actual = Dot(gradients[parameter.Name], direction);
                double room = RelativeTolerance * Math.Abs(slope) + AbsoluteTolerance * scale;
                Assert.True(Math.Abs(actual - slope) <= room,
                    $"{parameter.Name}: the gradient along a direction is {actual:R}, by differences {slope:R}");
            }
    }

    /// <summary>Checks against the sum of all cost terms.</summary>
    public void Check() => Check(AllCosts);

    /// <summary>Largest absolute gradient of a parameter.</summary>
    public static double Largest(double[] gradient) => gradient.Max(Math.Abs);

    /// <summary>Weights of a parameter, [units, inputs], in double precision.</summary>
    public double[] Read(string parameter) => Read(Parameters.First(p => p.Name == parameter));

    /// <inheritdoc/>
    public void Dispose()
    {
        _probe?.Dispose();
        _society.Dispose();
    }

    private List<(double[] Direction, double Slope)> Slopes(Parameter parameter, Func<double> objective)
    {
        var slopes = new List<(double[], double)>();
        for (int i = 0; i < 2; i++)
        {
            var direction = Direction(parameter.LogicalUnits * parameter.Inputs);
            slopes.Add((direction, Slope(parameter, direction, objective)));
        }
        return slopes;
    }

    /// <summary>The central difference of fourth order.</summary>
    private double Slope(Parameter parameter, double[] direction, Func<double> objective)
    {
        var weights = Read(parameter);
        double At(double distance)
        {
            Write(parameter, [.. weights.Select((w, i) => w + distance * direction[i])]);
            return objective();
        }
        double slope = (8 * (At(Step) - At(-Step)) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);
        Write(parameter, weights);
        return slope;
    }

    private double[] Direction(int length)
    {
        var direction = new double[length];
        for (int i = 0; i < length; i++)
            direction[i] = Normal();
        double size = Math.Sqrt(Dot(direction, direction));
        return Array.ConvertAll(direction, d => d / size);
    }

    private double[] Read(Parameter parameter)
    {
        var values = new double[parameter.LogicalUnits * parameter.Inputs];
        for (int i = 0; i < values.Length; i++)
            values[i] = State[Address(parameter, i)];
        return values;
    }

    private void Write(Parameter parameter, double[] values)
    {
        for (int i = 0; i < values.Length; i++)
            State[Address(parameter, i)] = values[i];
    }

    private static int Address(Parameter parameter, int index)
    {
        var bank = parameter.Bank;
        return bank.Offset + bank.Weight(index / bank.Rows, index % bank.Rows);
    }

    private double RecordOf(string name)
    {
        var synthesized = _society.Synthesized;
        var record = synthesized.CostRecords.Concat(synthesized.MeasureRecords).First(r => r.Name == name);
        return Memory.Region(Region.Io)[record.Symbol.Offset];
    }

    private double Normal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
        return radius * Math.Cos(2 * Math.PI * _random.NextDouble());
    }

    private static double[] Difference(double[] before, double[] after) => [.. before.Zip(after, (b, a) => b - a)];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
