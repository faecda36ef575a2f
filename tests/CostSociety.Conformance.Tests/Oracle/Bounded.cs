namespace CostSociety.Conformance.Tests;

/// <summary>
/// A value in double precision and how far a conforming executor may be from it: the tolerances of the semantics table,
/// carried to first order through everything that was computed so far. An error of infinity means that nothing can be
/// said.
/// </summary>
public readonly record struct Bounded(double Value, double Error)
{
    /// <summary>Below this, executors may flush to zero.</summary>
    public const double Tiny = 1e-37;

    /// <summary>Beyond this, executors may overflow.</summary>
    public const double Largest = 1e38;

    /// <summary>A value every executor must have exactly.</summary>
    public static Bounded Exact(double value) => new(value, 0);

    /// <summary>
    /// A value with an error. Nothing can be said where the error is not a number or the value beyond what float holds.
    /// </summary>
    public static Bounded Of(double value, double error) =>
        new(value, Math.Abs(value) + error <= Largest ? error : double.PositiveInfinity);

    /// <summary>Largest magnitude it may have.</summary>
    public double Magnitude => Math.Abs(Value) + Error;

    /// <summary>The error of a product of two, before rounding.</summary>
    public static double ProductError(Bounded a, Bounded b) =>
        Times(Math.Abs(a.Value), b.Error) + Times(Math.Abs(b.Value), a.Error) + Times(a.Error, b.Error);

    // No error stays no error, also beside an infinite value. Zero times an infinite error is not a number, rightly.
    private static double Times(double magnitude, double error) => error == 0 ? 0 : magnitude * error;
}
