using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CostSociety.Fabric.Simd;

/// <summary>Where a gradient goes: rows of banks in panels from one element on, and the numbers its update reads.</summary>
internal unsafe struct GradientTarget
{
    public float* Bank0;
    public float* Bank1;
    public float* Bank2;
    public float* Rates;

    public readonly float* Bank(int index) => index == 0 ? Bank0 : index == 1 ? Bank1 : Bank2;

    public void Advance(nint floats)
    {
        Bank0 += floats;
        Bank1 += floats;
        Bank2 += floats;
    }
}

/// <summary>
/// What becomes of eight elements of a gradient that still stand in a register; the banks begin where they do. Pointers are
/// passed by value, so that a store through one is no reason to read the others again.
/// </summary>
internal unsafe interface IGradientLanes
{
    static abstract void Apply(Vector256<float> g, float* bank0, float* bank1, float* bank2, float* rates);
}

/// <summary>It is kept, for another pass.</summary>
internal readonly unsafe struct KeepLanes : IGradientLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(Vector256<float> g, float* to, float* bank1, float* bank2, float* rates) => g.Store(to);
}

/// <summary>w -= rate g.</summary>
internal readonly unsafe struct SgdLanes : IGradientLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(Vector256<float> g, float* w, float* bank1, float* bank2, float* rates) =>
        (Vector256.Load(w) - Vector256.Create(rates[0]) * g).Store(w);
}

/// <summary>w -= rate (g + decay w).</summary>
internal readonly unsafe struct DecayedSgdLanes : IGradientLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(Vector256<float> g, float* w, float* bank1, float* bank2, float* rates)
    {
        var old = Vector256.Load(w);
        (old - Vector256.Create(rates[0]) * (g + Vector256.Create(rates[1]) * old)).Store(w);
    }
}

/// <summary>m = momentum m + g; w -= rate m.</summary>
internal readonly unsafe struct MomentumLanes : IGradientLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(Vector256<float> g, float* m, float* w, float* bank2, float* rates)
    {
        var old = Vector256.Load(w);
        var moved = Vector256.Create(rates[0]) * Vector256.Load(m) + g;
        moved.Store(m);
        (old - Vector256.Create(rates[1]) * moved).Store(w);
    }
}

/// <summary>m = momentum m + (g + decay w); w -= rate m.</summary>
internal readonly unsafe struct DecayedMomentumLanes : IGradientLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(Vector256<float> g, float* m, float* w, float* bank2, float* rates)
    {
        var old = Vector256.Load(w);
        var moved = Vector256.Create(rates[0]) * Vector256.Load(m) + (g + Vector256.Create(rates[1]) * old);
        moved.Store(m);
        (old - Vector256.Create(rates[2]) * moved).Store(w);
    }
}

/// <summary>m = b1 m + c1 g; v = b2 v + c2 g g; w -= step m / (sqrt(d2 v) + epsilon).</summary>
internal readonly unsafe struct AdamLanes : IGradientLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(Vector256<float> g, float* m, float* v, float* w, float* rates) =>
        (Vector256.Load(w) - Step(g, m, v, rates, rates + 4)).Store(w);

    /// <summary>Moves both moments and gives the step, from the rates of the moments and its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Step(Vector256<float> g, float* m, float* v, float* rates, float* own)
    {
        var first = Vector256.Create(rates[0]) * Vector256.Load(m) + Vector256.Create(rates[1]) * g;
        var second = Vector256.Create(rates[2]) * Vector256.Load(v) + Vector256.Create(rates[3]) * g * g;
        first.Store(m);
        second.Store(v);
        return Vector256.Create(own[0]) * first / (Vector256.Sqrt(Vector256.Create(own[1]) * second) + Vector256.Create(own[2]));
    }
}

/// <summary>Adam, but w is first multiplied by 1 - rate decay.</summary>
internal readonly unsafe struct DecayedAdamLanes : IGradientLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(Vector256<float> g, float* m, float* v, float* w, float* rates) =>
        (Vector256.Create(rates[4]) * Vector256.Load(w) - AdamLanes.Step(g, m, v, rates, rates + 5)).Store(w);
}

/// <summary>w -= rate g; feedback = sign(w) magnitude.</summary>
internal readonly unsafe struct SignedSgdLanes : IGradientLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(Vector256<float> g, float* w, float* feedback, float* bank2, float* rates)
    {
        SgdLanes.Apply(g, w, feedback, bank2, rates);
        (SignLanes.Apply(Vector256.Load(w)) * Vector256.Create(rates[1])).Store(feedback);
    }
}

/// <summary>m = momentum m + g; w -= rate m; feedback = sign(w) magnitude.</summary>
internal readonly unsafe struct SignedMomentumLanes : IGradientLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(Vector256<float> g, float* m, float* w, float* feedback, float* rates)
    {
        MomentumLanes.Apply(g, m, w, feedback, rates);
        (SignLanes.Apply(Vector256.Load(w)) * Vector256.Create(rates[2])).Store(feedback);
    }
}
