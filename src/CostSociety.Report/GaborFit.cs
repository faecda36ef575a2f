namespace CostSociety.Report;

/// <summary>
/// A Gabor function: a grating under a Gaussian. With x' = (x - x0) cos t + (y - y0) sin t and
/// y' = -(x - x0) sin t + (y - y0) cos t it is a exp(-x'^2 / 2 sx^2 - y'^2 / 2 sy^2) cos(2 pi f x' + phase).
/// </summary>
/// <param name="X">Column of the centre, from 0.</param>
/// <param name="Y">Row of the centre, from 0.</param>
/// <param name="SigmaX">Standard deviation across the stripes, in pixels.</param>
/// <param name="SigmaY">Standard deviation along the stripes, in pixels.</param>
/// <param name="Theta">Direction across the stripes in radians, from 0 (columns) to pi.</param>
/// <param name="Frequency">Periods a pixel.</param>
/// <param name="Phase">Phase at the centre, in radians.</param>
/// <param name="Amplitude">Height of the Gaussian.</param>
/// <param name="R2">Part of the field's variance that the function explains, at most 1.</param>
public sealed record Gabor(
    double X, double Y, double SigmaX, double SigmaY, double Theta, double Frequency, double Phase, double Amplitude, double R2)
{
    /// <summary>Value at a pixel.</summary>
    public double At(double x, double y)
    {
        double across = (x - X) * Math.Cos(Theta) + (y - Y) * Math.Sin(Theta), along = (y - Y) * Math.Cos(Theta) - (x - X) * Math.Sin(Theta);
        return Amplitude * Math.Exp(-(across * across / (2 * SigmaX * SigmaX)) - along * along / (2 * SigmaY * SigmaY))
            * Math.Cos(2 * Math.PI * Frequency * across + Phase);
    }
}

/// <summary>
/// Fits Gabor functions by least squares. Amplitude and phase enter linearly (as a cosine and a sine part) and are solved
/// for exactly; the other six numbers are found by Levenberg and Marquardt's method from the best of many starts.
/// </summary>
public sealed class GaborFit
{
    private const int Numbers = 6;
    private const int Orientations = 8;
    private const int Starts = 6;
    private const int Iterations = 60;
    private const double Step = 1e-5;
    private const double SmallestSigma = 0.5;
    private const double HighestFrequency = 0.5;

    private static readonly double[] _frequencies = [0.04, 0.08, 0.13, 0.19, 0.27, 0.38];

    private readonly int _width;
    private readonly int _height;
    private readonly float[] _field;
    private readonly double _variation;
    private readonly double[] _cosine;
    private readonly double[] _sine;

    private GaborFit(ReadOnlySpan<float> field, int width, int height)
    {
        (_width, _height, _field) = (width, height, field.ToArray());
        (_cosine, _sine) = (new double[field.Length], new double[field.Length]);
        double mean = _field.Average();
        _variation = _field.Sum(v => (v - mean) * (v - mean));
    }

    /// <summary>The best Gabor function for a field, row after row.</summary>
    /// <param name="field">The weights.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static Gabor Of(ReadOnlySpan<float> field, int width, int height)
    {
        if (width < 2 || height < 2 || (long)width * height != field.Length)
            throw new ArgumentException($"{field.Length} weights are no field of {width} x {height}", nameof(field));
        var fit = new GaborFit(field, width, height);
        return fit._variation > 0 && double.IsFinite(fit._variation) ? fit.Best() : new Gabor(0, 0, 1, 1, 0, 0, 0, 0, 0);
    }

    private Gabor Best()
    {
        double[] residual = new double[_field.Length];
        var starts = Candidates().Select(p => (Numbers: p, Error: Residual(p, residual))).OrderBy(c => c.Error).Take(Starts);
        var best = starts.Select(s => Descend(s.Numbers, s.Error)).MinBy(r => r.Error);
        return ToGabor(best.Numbers, best.Error);
    }

    /// <summary>Starts: at the centre of the energy and at the largest weight, many directions, frequencies and sizes.</summary>
    private IEnumerable<double[]> Candidates()
    {
        var (x, y, spread) = Energy();
        int peak = Enumerable.Range(0, _field.Length).MaxBy(i => Math.Abs(_field[i]));
        foreach (var (cx, cy) in new[] { (x, y), (peak % _width, (double)(peak / _width)) })
            foreach (double size in new[] { Math.Clamp(spread, 1, _width), 1.3 })
                for (int o = 0; o < Orientations; o++)
                    foreach (double f in _frequencies)
                        yield return Held([cx, cy, size, size, o * Math.PI / Orientations, f]);
    }

    private (double X, double Y, double Spread) Energy()
    {
        double sum = 0, x = 0, y = 0, spread = 0;
        for (int i = 0; i < _field.Length; i++)
        {
            double e = _field[i] * (double)_field[i];
            (sum, x, y) = (sum + e, x + e * (i % _width), y + e * (i / _width));
        }
        (x, y) = (x / sum, y / sum);
        for (int i = 0; i < _field.Length; i++)
            spread += _field[i] * (double)_field[i] * (Math.Pow(i % _width - x, 2) + Math.Pow(i / _width - y, 2)) / (2 * sum);
        return (x, y, Math.Sqrt(spread));
    }

    private (double[] Numbers, double Error) Descend(double[] start, double error)
    {
        var (residual, trial) = (new double[_field.Length], new double[_field.Length]);
        var jacobian = new double[Numbers][];
        double[] numbers = start;
        double damping = 1e-2;
        Residual(numbers, residual);
        for (int i = 0; i < Iterations && damping < 1e8; i++)
        {
            for (int k = 0; k < Numbers; k++)
                jacobian[k] = Slope(numbers, k, residual);
            double before = error;
            while (damping < 1e8 && error == before)
            {
                double[] next = Held(LinearStep(jacobian, residual, numbers, damping));
                double tried = Residual(next, trial);
                damping *= tried < error ? 0.3 : 4;
                if (tried < error)
                    (numbers, error, residual, trial) = (next, tried, trial, residual);
            }
            if (before - error < 1e-9 * before)
                break;
        }
        return (numbers, error);
    }

    private double[] Slope(double[] numbers, int k, double[] residual)
    {
        double[] moved = (double[])numbers.Clone(), slope = new double[residual.Length];
        moved[k] += Step;
        Residual(moved, slope);
        for (int i = 0; i < slope.Length; i++)
            slope[i] = (slope[i] - residual[i]) / Step;
        return slope;
    }

    /// <summary>Solves (J'J + damping diag(J'J)) step = -J'r.</summary>
    private static double[] LinearStep(double[][] jacobian, double[] residual, double[] numbers, double damping)
    {
        var matrix = new double[Numbers, Numbers + 1];
        for (int a = 0; a < Numbers; a++)
        {
            for (int b = 0; b < Numbers; b++)
                matrix[a, b] = Dot(jacobian[a], jacobian[b]);
            matrix[a, a] += damping * matrix[a, a] + 1e-12;
            matrix[a, Numbers] = -Dot(jacobian[a], residual);
        }
        double[] step = Solve(matrix);
        return [.. numbers.Select((n, k) => n + step[k])];
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>Gauss and Jordan's method; the matrix is positive definite, so no rows need to be exchanged.</summary>
    private static double[] Solve(double[,] matrix)
    {
        for (int pivot = 0; pivot < Numbers; pivot++)
            for (int row = 0; row < Numbers; row++)
            {
                double factor = row == pivot ? 0 : matrix[row, pivot] / matrix[pivot, pivot];
                for (int col = pivot; factor != 0 && col <= Numbers; col++)
                    matrix[row, col] -= factor * matrix[pivot, col];
            }
        return [.. Enumerable.Range(0, Numbers).Select(k => matrix[k, Numbers] / matrix[k, k])];
    }

    /// <summary>Centre inside the field, sizes from half a pixel to the whole field, no frequency that pixels cannot show.</summary>
    private double[] Held(double[] p)
    {
        double most = Math.Max(_width, _height);
        return
        [
            Math.Clamp(p[0], -0.5, _width - 0.5), Math.Clamp(p[1], -0.5, _height - 0.5),
            Math.Clamp(Math.Abs(p[2]), SmallestSigma, most), Math.Clamp(Math.Abs(p[3]), SmallestSigma, most),
            p[4], Math.Clamp(Math.Abs(p[5]), 0, HighestFrequency),
        ];
    }

    /// <summary>What is left of the field after the best amplitudes of the cosine and the sine part; gives the sum of squares.</summary>
    private double Residual(double[] p, double[] residual)
    {
        var (c, s) = Amplitudes(p);
        double error = 0;
        for (int i = 0; i < residual.Length; i++)
        {
            residual[i] = c * _cosine[i] + s * _sine[i] - _field[i];
            error += residual[i] * residual[i];
        }
        return error;
    }

    private (double Cosine, double Sine) Amplitudes(double[] p)
    {
        double cc = 1e-12, ss = 1e-12, cs = 0, cf = 0, sf = 0, cosine = Math.Cos(p[4]), sine = Math.Sin(p[4]);
        for (int i = 0; i < _field.Length; i++)
        {
            double dx = i % _width - p[0], dy = i / _width - p[1], across = dx * cosine + dy * sine, along = dy * cosine - dx * sine;
            double envelope = Math.Exp(-(across * across / (2 * p[2] * p[2])) - along * along / (2 * p[3] * p[3]));
            var (sin, cos) = Math.SinCos(2 * Math.PI * p[5] * across);
            (_cosine[i], _sine[i]) = (envelope * cos, envelope * sin);
            (cc, ss, cs) = (cc + _cosine[i] * _cosine[i], ss + _sine[i] * _sine[i], cs + _cosine[i] * _sine[i]);
            (cf, sf) = (cf + _cosine[i] * _field[i], sf + _sine[i] * _field[i]);
        }
        double determinant = cc * ss - cs * cs;
        return determinant > 1e-9 * cc * ss ? ((cf * ss - sf * cs) / determinant, (sf * cc - cf * cs) / determinant) : (cf / cc, 0);
    }

    private Gabor ToGabor(double[] p, double error)
    {
        var (c, s) = Amplitudes(p);
        double turns = Math.Floor(p[4] / Math.PI), phase = Math.Atan2(-s, c);
        bool flipped = (long)turns % 2 != 0;
        return new Gabor(p[0], p[1], p[2], p[3], p[4] - turns * Math.PI, p[5], flipped ? -phase : phase, Math.Sqrt(c * c + s * s), 1 - error / _variation);
    }
}
