using CostSociety.Circuits;
using CostSociety.Report;

namespace CostSociety.Tests.Report;

/// <summary>Reports of runs that never were.</summary>
internal static class SampleReports
{
    public static ReportData Digits() => Of(SampleCircuits.Digits()) with
    {
        Stages =
        [
            new("eyes", 1, 312, ["v1", "v1 -> retina.apical"], "step >= 300 or cost.v1.reconstruct < 0.02"),
            new("school", 313, 1350, null),
        ],
        Limits = [new("collapse", 0.05, null)],
        Influence = SampleComparisons.Influence(),
    };

    public static ReportData Exchanged() => Digits() with
    {
        Exchanges =
        [
            new(400, "swap", "decorrelated", "mine/decorrelated.costs.json"), new(520, "refused", "decorrelated.costs.json", "unknown name 'v1x' in the cost of area 'v1'"),
            new(900, "revert", "sparse-then-read", "mine/sparse-then-read.costs.json"),
        ],
    };

    public static ReportData Tangle() => Of(SampleCircuits.Tangle()) with
    {
        Stages =
        [
            new("womb", 1, 100, ["v1", "a1"], "step >= 100"), new("infancy", 101, 400, ["v1", "binding"], "step >= 400"), new("school", 401, 1350, null),
        ],
    };

    private static ReportData Of(Circuit circuit) => new()
    {
        Name = circuit.Name,
        Why = circuit.Why,
        Facts =
        [
            new("seed", "1"), new("rule", "feedback-alignment"), new("update", "momentum"), new("executor", "simd (AVX2, 2 threads)"),
            new("version", "0.1.0, .NET 10.0.9"), new("steps", "1350 in 30 epochs"), new("time", "1.84 s"), new("throughput", "23\u2009480 samples/s"),
        ],
        Series =
        [
            Cost("v1", "reconstruct", 0.9, 0.11, 220), Cost("v1", "sparse", 0.04, 0.012, 500), Cost("report", "cost", 2.31, 0.08, 260),
            new("", "accuracy", [45, 90, 180, 360, 720, 1350], [.12, .3, .61, .84, .93, .979], SeriesKind.MeasureTrain),
            new("", "accuracy", [45, 90, 180, 360, 720, 1350], [.11, .29, .58, .81, .90, .942], SeriesKind.MeasureTest),
            Live("modulator.opening", step => step < 313 ? 0 : Math.Min(1, (step - 313) / 300)), Live("modulator.flash", step => step == 700 ? 1 : 0),
            Live("monitor.collapse", step => 0.02 + 0.3 * (1 - Math.Exp(-step / 200))),
        ],
        Floorplan = Floorplan.From(circuit),
        Fields = [Gabors("retina -> v1", 3, 8), Gabors("v1 -> retina.apical", 8, 64)],
        Summary = [new("v1", "reconstruct", 0.9012, 0.1103), new("v1", "sparse", 0.0402, 0.01209), new("report", "cost", 2.3105, 0.0807)],
        Measures = [new("accuracy", 0.979, 0.942), new("reconstruction", double.NaN, 0.0731), new("modulator.opening", 1, 1)],
        Controls = [new("v1 frozen", "accuracy", 0.921, 0.942), new("linear 64-10 reader", "accuracy", 0.936, 0.942), new("v1 frozen", "reconstruction", 0.0689, 0.0731)],
        Texts = [new("digits-society.circuit.json", "{ \"format\": 1, \"name\": \"digits-society\" } // </script><b>&"), new("sparse-then-read.costs.json", "{\n  \"format\": 1\n}")],
    };

    private static Series Live(string name, Func<double, double> value) =>
        new("", name, [.. Enumerable.Range(1, 1350).Select(i => (double)i)], [.. Enumerable.Range(1, 1350).Select(i => value(i))], SeriesKind.MeasureTrain);

    private static Series Cost(string area, string term, double first, double last, double scale)
    {
        double[] steps = [.. Enumerable.Range(1, 1350).Select(i => (double)i)];
        double[] values = [.. steps.Select(s => last + (first - last) * Math.Exp(-s / scale) * (1 + 0.12 * Math.Sin(s * 1.7) * Math.Sin(s * 0.13)))];
        return new Series(area, term, steps, values, SeriesKind.Cost);
    }

    private static FieldPicture Gabors(string title, int side, int count)
    {
        float[][] fields = [.. Enumerable.Range(0, count).Select(f => Gabor(side, f * 2.4, 1 + f % 3))];
        return new FieldPicture(title, side, side, fields);
    }

    private static float[] Gabor(int side, double angle, double frequency)
    {
        float[] field = new float[side * side];
        for (int i = 0; i < field.Length; i++)
        {
            double x = 2.0 * (i % side) / (side - 1) - 1, y = 2.0 * (i / side) / (side - 1) - 1;
            double along = x * Math.Cos(angle) + y * Math.Sin(angle);
            field[i] = (float)(Math.Cos(frequency * along * 2 + angle) * Math.Exp(-(x * x + y * y)));
        }
        return field;
    }
}
