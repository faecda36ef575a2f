using System.Text.Json;
using CostSociety.Report;

namespace CostSociety.Cli;

/// <summary>How well Gabor functions describe the fields of a projection.</summary>
internal sealed class GaborReport
{
    private const double Fitting = 0.5;

    private readonly string _projection;
    private readonly Gabor[] _fits;
    private readonly Gabor[] _good;

    private GaborReport(string projection, Gabor[] fits) =>
        (_projection, _fits, _good) = (projection, fits, [.. fits.Where(f => f.R2 >= Fitting)]);

    /// <summary>Fits all fields.</summary>
    public static GaborReport Of(FieldPicture fields)
    {
        var fits = new Gabor[fields.Fields.Count];
        Parallel.For(0, fits.Length, i => fits[i] = GaborFit.Of(fields.Fields[i], fields.Width, fields.Height));
        return new GaborReport(fields.Title, fits);
    }

    public void Print()
    {
        Console.Out.WriteLine($"{_projection}: {_good.Length} of {_fits.Length} fields ({100.0 * _good.Length / _fits.Length:0.0} %) fit a Gabor function with R^2 >= {Fitting}");
        Console.Out.WriteLine($"  median R^2        {Terminal.Number(Median(_fits, f => f.R2))}");
        Console.Out.WriteLine($"  median of those   sigma across {Terminal.Number(Median(_good, f => f.SigmaX))}, along {Terminal.Number(Median(_good, f => f.SigmaY))} pixels; "
            + $"{Terminal.Number(Median(_good, f => f.Frequency))} periods a pixel");
        Console.Out.WriteLine($"  directions        {string.Join(" ", Directions())}   (eighths of a half turn)");
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("projection", _projection);
        json.WriteNumber("fields", _fits.Length);
        json.WriteNumber("fitting", _good.Length);
        json.Number("part", (double)_good.Length / _fits.Length);
        json.Number("medianR2", Median(_fits, f => f.R2));
        json.Objects("fits", _fits, f =>
        {
            json.Number("r2", f.R2);
            json.Number("x", f.X);
            json.Number("y", f.Y);
            json.Number("sigmaX", f.SigmaX);
            json.Number("sigmaY", f.SigmaY);
            json.Number("theta", f.Theta);
            json.Number("frequency", f.Frequency);
            json.Number("phase", f.Phase);
            json.Number("amplitude", f.Amplitude);
        });
    }

    private IEnumerable<int> Directions() => Enumerable.Range(0, 8).Select(d => _good.Count(f => (int)Math.Floor(f.Theta / Math.PI * 8 + 0.5) % 8 == d));

    private static double Median(Gabor[] fits, Func<Gabor, double> of)
    {
        double[] sorted = [.. fits.Select(of).Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
