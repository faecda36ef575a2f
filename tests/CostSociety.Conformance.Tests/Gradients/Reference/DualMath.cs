namespace CostSociety.Conformance.Tests.Gradients.Reference;

/// <summary>
/// Functions of the language on <see cref="Dual"/>, from their mathematical definitions. Notes how large values become
/// and whether a decision was too close to call: those cases have no one answer to compare with.
/// </summary>
/// <param name="valid">1 for each sample that counts.</param>
internal sealed class DualMath(double[] valid)
{
    private const double TieDistance = 1e-9;

    /// <summary>The fabric holds the reciprocal of the number of samples as a float.</summary>
    private readonly double _inverseValid = (float)(1 / valid.Sum());

    /// <summary>Largest value or derivative met.</summary>
    public double Magnitude { get; private set; }

    /// <summary>Whether a comparison, a largest unit or a kink was within rounding of a tie.</summary>
    public bool HasTie { get; private set; }

    public Dual Note(Dual x)
    {
        Magnitude = Math.Max(Magnitude, x.Magnitude);
        return x;
    }

    /// <summary>f(x), with f'(x).</summary>
    public Dual Map(Dual x, Func<double, double> f, Func<double, double> slope) => Note(new Dual(x.Rows, x.Cols, (r, c) =>
    {
        var (value, d) = x[r, c];
        return (f(value), d == 0 ? 0 : slope(value) * d);
    }));

    /// <summary>A step function: it has no derivative, and is undecided at <paramref name="kink"/>.</summary>
    public Dual Flat(Dual x, Func<double, double> f, Func<double, double> kink)
    {
        Decide(x, (v, _) => kink(v));
        return Map(x, f, _ => 0);
    }

    public Dual Abs(Dual x)
    {
        Decide(x, (v, d) => d == 0 ? 1 : v);
        return Map(x, Math.Abs, v => Math.Sign(v));
    }

    /// <summary>Square root; at 0 it has no derivative.</summary>
    public Dual Sqrt(Dual x)
    {
        Decide(x, (v, _) => v);
        return Map(x, Math.Sqrt, v => 0.5 / Math.Sqrt(v));
    }

    public Dual Zip(Dual a, Dual b, Func<(double V, double D), (double V, double D), (double, double)> f) =>
        Note(new Dual(Math.Max(a.Rows, b.Rows), Math.Max(a.Cols, b.Cols), (r, c) => f(a[r, c], b[r, c])));

    public Dual Add(Dual a, Dual b) => Zip(a, b, (x, y) => (x.V + y.V, x.D + y.D));

    public Dual Sub(Dual a, Dual b) => Zip(a, b, (x, y) => (x.V - y.V, x.D - y.D));

    public Dual Mul(Dual a, Dual b) => Zip(a, b, (x, y) => (x.V * y.V, x.D * y.V + x.V * y.D));

    public Dual Div(Dual a, Dual b) => Zip(a, b, (x, y) => (x.V / y.V, x.D / y.V - x.V * y.D / (y.V * y.V)));

    public Dual Pow(Dual a, Dual b) => Zip(a, b, (x, y) =>
    {
        double d = x.D == 0 ? 0 : x.D * y.V * Math.Pow(x.V, y.V - 1);
        return (Math.Pow(x.V, y.V), y.D == 0 ? d : d + y.D * Math.Pow(x.V, y.V) * Math.Log(x.V));
    });

    /// <summary>1 where the comparison holds.</summary>
    public Dual Compare(Dual a, Dual b, Func<double, double, bool> holds)
    {
        DecideBetween(a, b);
        return Zip(a, b, (x, y) => (holds(x.V, y.V) ? 1 : 0, 0));
    }

    public Dual Max(Dual a, Dual b)
    {
        DecideBetween(a, b, eitherIsRight: true);
        return Zip(a, b, (x, y) => x.V >= y.V ? x : y);
    }

    public Dual Min(Dual a, Dual b)
    {
        DecideBetween(a, b, eitherIsRight: true);
        return Zip(a, b, (x, y) => x.V <= y.V ? x : y);
    }

    public Dual Where(Dual condition, Dual a, Dual b)
    {
        int rows = Math.Max(condition.Rows, Math.Max(a.Rows, b.Rows)), cols = Math.Max(condition.Cols, Math.Max(a.Cols, b.Cols));
        return Note(new Dual(rows, cols, (r, c) => condition[r, c].Value != 0 ? a[r, c] : b[r, c]));
    }

    public Dual Sum(Dual x) => Rows(x, (r, _) => Enumerable.Range(0, x.Cols).Aggregate((0.0, 0.0), (s, c) => (s.Item1 + x[r, c].Value, s.Item2 + x[r, c].Slope)));

    public Dual Mean(Dual x) => Div(Sum(x), Dual.Constant(x.Cols));

    public Dual ArgMax(Dual x) => Rows(x, (r, _) => (Largest(x, r, eitherIsRight: false), 0));

    public Dual MaxUnit(Dual x) => Rows(x, (r, _) => x[r, Largest(x, r, eitherIsRight: true)]);

    public Dual LogSumExp(Dual x) => Rows(x, (r, _) =>
    {
        double top = Enumerable.Range(0, x.Cols).Max(c => x[r, c].Value);
        double sum = 0, slope = 0;
        for (int c = 0; c < x.Cols; c++)
        {
            double e = Math.Exp(x[r, c].Value - top);
            (sum, slope) = (sum + e, slope + e * x[r, c].Slope);
        }
        return (top + Math.Log(sum), slope / sum);
    });

    /// <summary>x - logsumexp(x).</summary>
    public Dual LogSoftmax(Dual x) => Sub(x, LogSumExp(x));

    public Dual Softmax(Dual x) => Map(LogSoftmax(x), Math.Exp, Math.Exp);

    public Dual BatchSum(Dual x) => Note(new Dual(1, x.Cols, (_, c) =>
    {
        double value = 0, slope = 0;
        for (int r = 0; r < valid.Length; r++)
            (value, slope) = (value + valid[r] * x[r, c].Value, slope + valid[r] * x[r, c].Slope);
        return (value, slope);
    }));

    public Dual BatchMean(Dual x) => Mul(BatchSum(x), Dual.Constant(_inverseValid));

    public Dual BatchVariance(Dual x)
    {
        var distance = Sub(x, BatchMean(x));
        return BatchMean(Mul(distance, distance));
    }

    /// <summary>The largest valid sample of every column.</summary>
    public Dual BatchMax(Dual x)
    {
        var rows = Enumerable.Range(0, valid.Length).Where(r => valid[r] != 0).ToArray();
        var columns = Transpose(x, rows);
        return Note(new Dual(1, x.Cols, (_, c) => columns[c, x.Rows == 1 ? 0 : Largest(columns, c, eitherIsRight: true)]));
    }

    /// <summary>The k-th largest of every row.</summary>
    public Dual Rank(Dual x, int k) => Rows(x, (r, _) => x[r, Kth(x, r, Math.Clamp(k, 1, x.Cols), eitherIsRight: true)]);

    /// <summary>Column i of every row, 0 outside.</summary>
    public Dual Gather(Dual x, Dual i) => Note(new Dual(Math.Max(x.Rows, i.Rows), 1, (r, _) =>
    {
        double column = Math.Floor(i[r, 0].Value);
        return column >= 0 && column < x.Cols ? x[r, (int)column] : (0, 0);
    }));

    public Dual OneHot(Dual i, int units) => new(i.Rows, units, (r, c) => (Math.Floor(i[r, 0].Value) == c ? 1 : 0, 0));

    public static Dual Index(Dual x) => new(1, x.Cols, (_, c) => (c, 0));

    /// <summary>Dot products of samples, 0 where one is not valid.</summary>
    public Dual Gram(Dual a, Dual b) => Note(new Dual(valid.Length, valid.Length, (i, j) =>
        valid[i] * valid[j] == 0 ? (0, 0) : Total(a.Cols, u => Product(a[i, u], b[j, u]))));

    /// <summary>Covariances, as one row of all elements: all that is made of them here are sums over everything.</summary>
    public Dual Covariance(Dual a, Dual b)
    {
        var (left, right) = (Sub(a, BatchMean(a)), Sub(b, BatchMean(b)));
        return Mul(Dual.Constant(_inverseValid), Note(new Dual(1, a.Cols * b.Cols, (_, c) =>
            Total(valid.Length, r => valid[r] == 0 ? (0, 0) : Product(left[r, c / b.Cols], right[r, c % b.Cols])))));
    }

    /// <summary>Products of all units of a with all units of b; those of a count on first.</summary>
    public Dual Outer(Dual a, Dual b) =>
        Note(new Dual(Math.Max(a.Rows, b.Rows), a.Cols * b.Cols, (r, c) => Product(a[r, c % a.Cols], b[r, c / a.Cols])));

    /// <summary>-log of the share of the own b among all b, by the exponential of cosines times a sharpness.</summary>
    public Dual InfoNce(Dual a, Dual b, double sharpness)
    {
        var (x, y) = (Unit(a), Unit(b));
        var others = Enumerable.Range(0, valid.Length).Where(r => valid[r] != 0).ToArray();
        var cosines = Mul(Dual.Constant(sharpness), Pick(Gram(x, y), others.Length, c => others[c]));
        var all = LogSumExp(cosines);
        var own = Mul(Dual.Constant(sharpness), Sum(Mul(x, y)));
        return Note(new Dual(valid.Length, 1, (r, _) => valid[r] == 0 ? (0, 0) : (all[r, 0].Value - own[r, 0].Value, all[r, 0].Slope - own[r, 0].Slope)));
    }

    private Dual Unit(Dual x) => Div(x, Max(Sqrt(Sum(Mul(x, x))), Dual.Constant(1e-6f)));

    /// <summary>Takes elements of a row by their numbers.</summary>
    public Dual Pick(Dual x, int count, Func<int, int> column) => Note(new Dual(x.Rows, count, (r, c) => x[r, column(c)]));

    private static (double, double) Product((double V, double D) x, (double V, double D) y) => (x.V * y.V, x.D * y.V + x.V * y.D);

    private static (double, double) Total(int count, Func<int, (double V, double D)> term) =>
        Enumerable.Range(0, count).Select(term).Aggregate((0.0, 0.0), (s, t) => (s.Item1 + t.V, s.Item2 + t.D));

    private static Dual Transpose(Dual x, int[] rows) => new(x.Cols, rows.Length, (c, r) => x[rows[r], c]);

    private Dual Rows(Dual x, Func<int, int, (double, double)> f) => Note(new Dual(x.Rows, 1, f));

    private int Largest(Dual x, int row, bool eitherIsRight) => Kth(x, row, 1, eitherIsRight);

    private int Kth(Dual x, int row, int k, bool eitherIsRight)
    {
        var order = Enumerable.Range(0, x.Cols).OrderByDescending(c => x[row, c].Value).ThenBy(c => c).ToArray();
        var (value, slope) = x[row, order[k - 1]];
        foreach (int other in order.Where(c => c != order[k - 1]))
            if (!eitherIsRight || !IsSame(slope, x[row, other].Slope))
                Decide(value - x[row, other].Value, Math.Abs(value));
        return order[k - 1];
    }

    /// <param name="a">One value.</param>
    /// <param name="b">The other.</param>
    /// <param name="eitherIsRight">Whether equal values with equal derivatives may be taken for each other.</param>
    private void DecideBetween(Dual a, Dual b, bool eitherIsRight = false)
    {
        var distance = Zip(a, b, (x, y) => eitherIsRight && IsSame(x.D, y.D)
            ? (1, 0) : ((x.V - y.V) / Math.Max(1, Math.Max(Math.Abs(x.V), Math.Abs(y.V))), 0));
        Decide(distance, (v, _) => v);
    }

    private static bool IsSame(double a, double b) => Math.Abs(a - b) <= 1e-12 * Math.Abs(a);

    private void Decide(Dual x, Func<double, double, double> distance)
    {
        for (int r = 0; r < x.Rows; r++)
            for (int c = 0; c < x.Cols; c++)
                Decide(distance(x[r, c].Value, x[r, c].Slope), 1);
    }

    private void Decide(double distance, double size) => HasTie |= !(Math.Abs(distance) > TieDistance * Math.Max(1, size));
}
