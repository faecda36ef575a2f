using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CostSociety.Fabric.Simd;

/// <summary>How the second operation of a pair reads the result x of the first one.</summary>
internal enum FusedForm
{
    /// <summary>outer(x, c), or of a sum of units: the sum of x.</summary>
    First,

    /// <summary>outer(c, x).</summary>
    Second,

    /// <summary>outer(x, x).</summary>
    Both,
}

/// <summary>
/// A kernel for two operations in one pass: x = inner(a, b), then outer. Each rounds as it does alone. The table holds
/// the pairs that costs, activations and their derivatives are made of.
/// </summary>
internal sealed unsafe class FusedKernel
{
    private FusedKernel(Opcode inner, Opcode outer, FusedForm form, delegate*<in Strip, in PlanOp, void> kernel) =>
        (Inner, Outer, Form, Kernel) = (inner, outer, form, (nint)kernel);

    /// <summary>Every pair there is a kernel for.</summary>
    public static IReadOnlyList<FusedKernel> All { get; } =
    [
        new(Opcode.Add, Opcode.Add, FusedForm.First, &Kernels.Ternary<First<AddLanes, AddLanes>>),
        new(Opcode.Add, Opcode.Sub, FusedForm.First, &Kernels.Ternary<First<AddLanes, SubLanes>>),
        new(Opcode.Add, Opcode.Mul, FusedForm.First, &Kernels.Ternary<First<AddLanes, MulLanes>>),
        new(Opcode.Add, Opcode.Max, FusedForm.First, &Kernels.Ternary<First<AddLanes, MaxLanes>>),
        new(Opcode.Add, Opcode.Step, FusedForm.First, &Kernels.Binary<Into<AddLanes, StepLanes>>),
        new(Opcode.Sub, Opcode.Add, FusedForm.First, &Kernels.Ternary<First<SubLanes, AddLanes>>),
        new(Opcode.Sub, Opcode.Sub, FusedForm.First, &Kernels.Ternary<First<SubLanes, SubLanes>>),
        new(Opcode.Sub, Opcode.Mul, FusedForm.First, &Kernels.Ternary<First<SubLanes, MulLanes>>),
        new(Opcode.Mul, Opcode.Add, FusedForm.First, &Kernels.Ternary<First<MulLanes, AddLanes>>),
        new(Opcode.Mul, Opcode.Sub, FusedForm.First, &Kernels.Ternary<First<MulLanes, SubLanes>>),
        new(Opcode.Mul, Opcode.Sub, FusedForm.Second, &Kernels.Ternary<Second<MulLanes, SubLanes>>),
        new(Opcode.Mul, Opcode.Mul, FusedForm.First, &Kernels.Ternary<First<MulLanes, MulLanes>>),
        new(Opcode.Sub, Opcode.Mul, FusedForm.Both, &Kernels.Binary<Both<SubLanes, MulLanes>>),
        new(Opcode.Abs, Opcode.Mul, FusedForm.First, &Kernels.Binary<OfUnary<AbsLanes, MulLanes>>),
        new(Opcode.Sign, Opcode.Mul, FusedForm.First, &Kernels.Binary<OfUnary<SignLanes, MulLanes>>),
        new(Opcode.Add, Opcode.SumUnits, FusedForm.First, &Reductions.SumOf<AddLanes>),
        new(Opcode.Sub, Opcode.SumUnits, FusedForm.First, &Reductions.SumOf<SubLanes>),
        new(Opcode.Mul, Opcode.SumUnits, FusedForm.First, &Reductions.SumOf<MulLanes>),
    ];

    public Opcode Inner { get; }

    public Opcode Outer { get; }

    public FusedForm Form { get; }

    public nint Kernel { get; }

    /// <summary>The kernel of an operation and one that reads its value; null when there is none.</summary>
    public static FusedKernel? Find(ValueOp inner, ValueOp user)
    {
        if (user.PerRow && user.Code != Opcode.SumUnits)
            return null;
        var form = FormOf(inner.Value, user);
        foreach (var kernel in All)
            if (kernel.Inner == inner.Code && kernel.Outer == user.Code && kernel.Form == form)
                return kernel;
        return null;
    }

    private static FusedForm FormOf(int value, ValueOp user)
    {
        bool first = user.Sources[0] == value, second = user.Sources.Length > 1 && user.Sources[1] == value;
        if (first && second)
            return FusedForm.Both;
        return first || user.Code is Opcode.Add or Opcode.Mul ? FusedForm.First : FusedForm.Second;
    }

    private readonly struct First<TInner, TOuter> : ITernaryLanes
        where TInner : struct, IBinaryLanes
        where TOuter : struct, IBinaryLanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
            TOuter.Apply(TInner.Apply(a, b), c);
    }

    private readonly struct Second<TInner, TOuter> : ITernaryLanes
        where TInner : struct, IBinaryLanes
        where TOuter : struct, IBinaryLanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
            TOuter.Apply(c, TInner.Apply(a, b));
    }

    private readonly struct Both<TInner, TOuter> : IBinaryLanes
        where TInner : struct, IBinaryLanes
        where TOuter : struct, IBinaryLanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b)
        {
            var x = TInner.Apply(a, b);
            return TOuter.Apply(x, x);
        }
    }

    private readonly struct OfUnary<TInner, TOuter> : IBinaryLanes
        where TInner : struct, IUnaryLanes
        where TOuter : struct, IBinaryLanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> a, Vector256<float> c) => TOuter.Apply(TInner.Apply(a), c);
    }

    private readonly struct Into<TInner, TOuter> : IBinaryLanes
        where TInner : struct, IBinaryLanes
        where TOuter : struct, IUnaryLanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => TOuter.Apply(TInner.Apply(a, b));
    }
}
