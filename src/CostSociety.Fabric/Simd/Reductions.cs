using System.Runtime.Intrinsics;

namespace CostSociety.Fabric.Simd;

/// <summary>
/// Reductions over the units of each row. The order is that of the columns alone: sixteen running lanes, then a fixed
/// tree, so that neither strips nor threads can change a bit.
/// </summary>
internal static unsafe class Reductions
{
    public static void Sum(in Strip s, in PlanOp op)
    {
        var a = s.Registers[op.A];
        float* d = s.Buffer(op.Destination);
        for (int i = 0; i < s.Rows; i++)
            d[i] = SumRow(RowOf(s, a, i), a.Step, s.Cols);
        s.Registers[op.Destination] = new RegisterSource { Pointer = d, Step = 8 };
    }

    /// <summary>The sum of what an operation makes of two values, in the order of <see cref="Sum"/>.</summary>
    public static void SumOf<T>(in Strip s, in PlanOp op)
        where T : struct, IBinaryLanes
    {
        RegisterSource a = s.Registers[op.A], b = s.Registers[op.B];
        float* d = s.Buffer(op.Destination);
        for (int i = 0; i < s.Rows; i++)
            d[i] = SumRowOf<T>(RowOf(s, a, i), a.Step, RowOf(s, b, i), b.Step, s.Cols);
        s.Registers[op.Destination] = new RegisterSource { Pointer = d, Step = 8 };
    }

    public static void Max(in Strip s, in PlanOp op)
    {
        var a = s.Registers[op.A];
        float* d = s.Buffer(op.Destination);
        for (int i = 0; i < s.Rows; i++)
            d[i] = MaxRow(RowOf(s, a, i), a.Step, s.Cols);
        s.Registers[op.Destination] = new RegisterSource { Pointer = d, Step = 8 };
    }

    public static void ArgMax(in Strip s, in PlanOp op)
    {
        var a = s.Registers[op.A];
        float* d = s.Buffer(op.Destination);
        for (int i = 0; i < s.Rows; i++)
        {
            float* row = RowOf(s, a, i);
            d[i] = IndexOf(row, a.Step, s.Cols, MaxRow(row, a.Step, s.Cols));
        }
        s.Registers[op.Destination] = new RegisterSource { Pointer = d, Step = 8 };
    }

    private static float* RowOf(in Strip s, RegisterSource a, int i) =>
        a.Step == 0 ? a.Pointer : a.Pointer + (nint)i * s.Width;

    private static float SumRow(float* a, nint step, int cols)
    {
        Vector256<float> low = default, high = default;
        for (; cols >= 16; cols -= 16)
        {
            low += Vector256.Load(a);
            high += Vector256.Load(a + step);
            a += 2 * step;
        }
        if (cols > 0)
            low += Masked(Vector256.Load(a), cols, Vector256<float>.Zero);
        if (cols > 8)
            high += Masked(Vector256.Load(a + step), cols - 8, Vector256<float>.Zero);
        return Tree(low + high);
    }

    private static float SumRowOf<T>(float* a, nint stepA, float* b, nint stepB, int cols)
        where T : struct, IBinaryLanes
    {
        Vector256<float> low = default, high = default;
        for (; cols >= 16; cols -= 16)
        {
            low += T.Apply(Vector256.Load(a), Vector256.Load(b));
            high += T.Apply(Vector256.Load(a + stepA), Vector256.Load(b + stepB));
            a += 2 * stepA;
            b += 2 * stepB;
        }
        if (cols > 0)
            low += Masked(T.Apply(Vector256.Load(a), Vector256.Load(b)), cols, Vector256<float>.Zero);
        if (cols > 8)
            high += Masked(T.Apply(Vector256.Load(a + stepA), Vector256.Load(b + stepB)), cols - 8, Vector256<float>.Zero);
        return Tree(low + high);
    }

    private static float MaxRow(float* a, nint step, int cols)
    {
        var lowest = Vector256.Create(float.NegativeInfinity);
        var best = lowest;
        for (; cols > 0; cols -= 8)
        {
            best = MaxLanes.Apply(best, Masked(Vector256.Load(a), cols, lowest));
            a += step;
        }
        var four = Larger(best.GetLower(), best.GetUpper());
        var two = Larger(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Larger(two, Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2)))[0];
    }

    private static Vector128<float> Larger(Vector128<float> a, Vector128<float> b) =>
        MaxLanes.Apply(a.ToVector256Unsafe(), b.ToVector256Unsafe()).GetLower();

    private static int IndexOf(float* a, nint step, int cols, float value)
    {
        var sought = Vector256.Create(value);
        for (int col = 0; col < cols; col += 8)
        {
            uint hits = Vector256.Equals(Vector256.Load(a), sought).ExtractMostSignificantBits();
            if (hits != 0 && col + int.TrailingZeroCount((int)hits) < cols)
                return col + int.TrailingZeroCount((int)hits);
            a += step;
        }
        return 0;
    }

    private static Vector256<float> Masked(Vector256<float> lanes, int cols, Vector256<float> other) =>
        cols >= 8 ? lanes : Vector256.ConditionalSelect(
            Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(cols)).AsSingle(), lanes, other);

    private static float Tree(Vector256<float> lanes)
    {
        var four = lanes.GetLower() + lanes.GetUpper();
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two[0] + two[1];
    }
}
