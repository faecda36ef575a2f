using CostSociety.Circuits;
using CostSociety.Data;
using CostSociety.Fabric;
using CostSociety.Learning;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>
/// First values of weights, feedback and variables, made on the host so that every executor begins with the same bits.
/// Weight (unit, input) is number unit * inputs + input of the stream of its projection's name.
/// </summary>
internal static class Initialization
{
    /// <summary>Fills all parameters of a new society.</summary>
    public static void Fill(Society society, Parameters parameters, ulong seed)
    {
        foreach (var parameter in parameters.All.Where(p => !p.IsShared))
        {
            var weights = parameter.Projection is { } projection
                ? Make(projection.Init, parameter.Name, parameter, seed, society.Circuit)
                : Constant(parameter.Initial, parameter.Units);
            var mask = SynapseMask.Make(parameter, seed, society.Circuit);
            SynapseFit.Begin(parameter, weights, mask);
            society.WriteBank(parameter.Bank, weights);
            if (parameter.Mask is { } symbol)
                society.WriteBank(symbol, mask);
            if (parameter.Feedback is { } feedback)
                society.WriteBank(feedback, MakeFeedback(parameter, weights, mask, seed, society.Circuit));
        }
    }

    /// <summary>Feedback of the signs is derived from the weights, so it is made again whenever weights are written.</summary>
    public static float[] SignsOf(Parameter parameter, ReadOnlySpan<float> weights)
    {
        float magnitude = (float)FeedbackBanks.SignMagnitude(parameter)!.Value;
        var signs = new float[weights.Length];
        for (int i = 0; i < signs.Length; i++)
            signs[i] = Math.Sign(weights[i]) * magnitude;
        return signs;
    }

    private static float[] MakeFeedback(Parameter parameter, float[] weights, float[]? mask, ulong seed, Circuit circuit)
    {
        var feedback = FeedbackBanks.SignMagnitude(parameter) is not null
            ? SignsOf(parameter, weights)
            : Make(FeedbackBanks.InitOf(parameter), parameter.Name + ".feedback", parameter, seed, circuit);
        SynapseFit.Apply(feedback, mask);
        return feedback;
    }

    private static float[] Make(InitSpec init, string name, Parameter parameter, ulong seed, Circuit circuit)
    {
        var (units, inputs) = (parameter.LogicalUnits, parameter.Inputs);
        double scale = init.Gain / Math.Sqrt(parameter.Fan(init.FanOut));
        ulong key = CounterRandom.Key(seed, 0, CounterRandom.Hash(name + ".init"));
        return init.Kind switch
        {
            "normal" => Draw(units * inputs, i => scale * CounterRandom.Normal(key, (uint)i, 0, 0)),
            "uniform" => Draw(units * inputs, i => scale * (2 * CounterRandom.Uniform(CounterRandom.Word(key, (uint)i, 0, 0)) - 1)),
            "orthogonal" => Orthogonal(parameter, init.Gain, seed, name),
            "constant" => Constant(init.Gain, units * inputs),
            "file" => FromFile(init, name, units, inputs, circuit),
            "zero" => new float[units * inputs],
            _ => throw new InvalidOperationException($"unknown initialiser '{init.Kind}'"),
        };
    }

    private static float[] Draw(int count, Func<int, double> next)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)next(i);
        return values;
    }

    private static float[] Constant(double value, int count)
    {
        var values = new float[count];
        values.AsSpan().Fill((float)value);
        return values;
    }

    /// <summary>Where sites have weights of their own, each site has an orthogonal matrix.</summary>
    private static float[] Orthogonal(Parameter parameter, double gain, ulong seed, string name)
    {
        var (units, inputs, sites) = (parameter.Units, parameter.Inputs, parameter.Sites);
        var values = new float[units * sites * inputs];
        for (int site = 0; site < sites; site++)
        {
            string stream = sites == 1 ? name + ".init" : $"{name}.init.{site}";
            var own = Orthogonal(units, inputs, gain, CounterRandom.Key(seed, 0, CounterRandom.Hash(stream)));
            for (int unit = 0; unit < units; unit++)
                own.AsSpan(unit * inputs, inputs).CopyTo(values.AsSpan((unit * sites + site) * inputs));
        }
        return values;
    }

    /// <summary>Rows (or columns, whichever are fewer) of unit length at right angles, by Gram and Schmidt, times the gain.</summary>
    private static float[] Orthogonal(int units, int inputs, double gain, ulong key)
    {
        int count = Math.Min(units, inputs), length = Math.Max(units, inputs);
        var vectors = new double[count][];
        for (int i = 0; i < count; i++)
        {
            int row = i;
            var v = vectors[i] = [.. Enumerable.Range(0, length).Select(j => CounterRandom.Normal(key, (uint)(row * length + j), 0, 0))];
            for (int pass = 0; pass < 2; pass++)
                for (int k = 0; k < i; k++)
                    AddScaled(v, vectors[k], -Dot(v, vectors[k]));
            AddScaled(v, v, 1 / Math.Sqrt(Dot(v, v)) - 1);
        }
        return units <= inputs
            ? Draw(units * inputs, i => gain * vectors[i / inputs][i % inputs])
            : Draw(units * inputs, i => gain * vectors[i % inputs][i / inputs]);
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static void AddScaled(double[] a, double[] b, double factor)
    {
        for (int i = 0; i < a.Length; i++)
            a[i] += factor * b[i];
    }

    private static float[] FromFile(InitSpec init, string name, int units, int inputs, Circuit circuit)
    {
        string path = Path.Combine(Path.GetDirectoryName(circuit.Source.Path) ?? "", init.File!);
        var array = Npy.Load(path);
        return array.Shape.SequenceEqual([units, inputs])
            ? array.Values
            : throw new InvalidDataException($"{path} has shape [{string.Join(", ", array.Shape)}], but '{name}' needs [{units}, {inputs}]");
    }
}
