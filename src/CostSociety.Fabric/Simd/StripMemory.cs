using System.Runtime.Intrinsics;

namespace CostSociety.Fabric.Simd;

/// <summary>Moves between memory and the registers of a strip.</summary>
internal static unsafe class StripMemory
{
    public static void SetUniform(in Strip s, int register, float value)
    {
        float* lanes = s.Uniform(register);
        Vector256.Create(value).Store(lanes);
        s.Registers[register] = new RegisterSource { Pointer = lanes, Step = 0 };
    }

    public static void Const(in Strip s, in PlanOp op) => SetUniform(s, op.Destination, op.Immediate);

    public static void Register(in Strip s, in PlanOp op) => SetUniform(s, op.Destination, s.Context.Registers[op.Index]);

    public static void Load(in Strip s, in PlanOp op)
    {
        View* view = s.Operands + op.Index;
        bool broadcast = op.PerRow || (view->ColStride == 0 && view->TileStride == 0);
        if (broadcast && (view->RowStride == 0 || s.Rows == 1))
            SetUniform(s, op.Destination, *view->At(s.Row, s.Col & (op.PerRow ? 0 : -1)));
        else if (op.PerRow)
            LoadPerRow(s, op, view);
        else if (broadcast)
            LoadRepeated(s, op, view);
        else
            LoadElements(s, op, view);
    }

    public static void Store(in Strip s, in PlanOp op)
    {
        View* view = s.Operands + op.Index;
        var a = s.Registers[op.A];
        if (op.PerRow)
            StorePerRow(s, view, a);
        else if (s.Cols == s.Width && Follows(s, view) && a.Step != 0)
            CopyOnce(view->At(s.Row, s.Col), a.Pointer, s.Rows * s.Width);
        else if (s.Cols == s.Width && IsEven(s, view) && a.Step != 0)
            CopyRows(view->At(s.Row, s.Col), view->RowStride, a.Pointer, s.Width, s.Rows, s.Width);
        else
            for (int i = 0; i < s.Rows; i++)
                StoreRow(s, view, i, a);
    }

    public static void StoreSum(in Strip s, in PlanOp op)
    {
        View* view = s.Operands + op.Index;
        var a = s.Registers[op.A];
        for (int i = 0; i < s.Rows; i++)
        {
            int row = s.Row + i;
            bool first = view->RowStride == 0 ? row == 0 : row % view->RowRepeat == 0;
            if (op.PerRow)
                AddScalar(view->Row(row), a.Step == 0 ? *a.Pointer : a.Pointer[i], first);
            else
                AddRow(s, view, i, a, first);
        }
    }

    // Rows in descending order: the values per row may stand in the buffer that is being filled.
    public static void Spread(in Strip s, in PlanOp op)
    {
        var a = s.Registers[op.A];
        if (a.Step == 0 || s.Rows == 1)
        {
            SetUniform(s, op.Destination, *a.Pointer);
            return;
        }
        float* d = s.Buffer(op.Destination);
        for (int i = s.Rows - 1; i >= 0; i--)
            Fill(d + (nint)i * s.Width, a.Pointer[i], s.Width);
        s.Registers[op.Destination] = new RegisterSource { Pointer = d, Step = 8 };
    }

    public static void Fill(float* d, float value, int count)
    {
        var lanes = Vector256.Create(value);
        for (int i = 0; i < count; i += 8)
            lanes.Store(d + i);
    }

    /// <summary>Copies whole vectors.</summary>
    public static void Copy(float* d, float* a, int count)
    {
        for (int i = 0; i < count; i += 8)
            Vector256.Load(a + i).Store(d + i);
    }

    // A result that was made in place is already there.
    private static void CopyOnce(float* d, float* a, int count)
    {
        if (d != a)
            Copy(d, a, count);
    }

    /// <summary>Whether the strip is one unbroken run of floats in memory.</summary>
    public static bool Follows(in Strip s, View* view) =>
        IsEven(s, view) && (s.Rows == 1 || view->RowStride == s.Width);

    // Whether the rows of the strip are unbroken, and equally far from each other.
    private static bool IsEven(in Strip s, View* view) =>
        view->ColStride == 1
        && (view->TileStride == Operand.TileCols || s.Width <= Operand.TileCols)
        && (s.Rows == 1 || view->RowRepeat == 1);

    /// <summary>Copies rows of whole tiles.</summary>
    public static void CopyRows(float* d, nint strideD, float* a, nint strideA, int rows, int width)
    {
        for (; rows > 0; rows--, d += strideD, a += strideA)
            for (int i = 0; i < width; i += Operand.TileCols)
            {
                Vector256<float> low = Vector256.Load(a + i), high = Vector256.Load(a + i + 8);
                low.Store(d + i);
                high.Store(d + i + 8);
            }
    }

    /// <summary>
    /// Copies the first columns of rows of one tile. Whole vectors are written, what lies beyond the columns with the value it
    /// had, but for the last row, behind which another operand may begin.
    /// </summary>
    public static void CopyPart(float* d, float* a, int rows, int cols)
    {
        Vector256<float> low = FirstLanes(cols), high = FirstLanes(cols - 8);
        for (; rows > 1; rows--, d += Operand.TileCols, a += Operand.TileCols)
        {
            Vector256.ConditionalSelect(low, Vector256.Load(a), Vector256.Load(d)).Store(d);
            Vector256.ConditionalSelect(high, Vector256.Load(a + 8), Vector256.Load(d + 8)).Store(d + 8);
        }
        for (int i = 0; i < cols; i++)
            d[i] = a[i];
    }

    private static void LoadPerRow(in Strip s, in PlanOp op, View* view)
    {
        float* d = s.Buffer(op.Destination);
        if (op.Alias && view->RowRepeat == 1 && view->RowStride == 1)
            d = view->Row(s.Row);
        else
            for (int i = 0; i < s.Rows; i++)
                d[i] = *view->Row(s.Row + i);
        s.Registers[op.Destination] = new RegisterSource { Pointer = d, Step = 8 };
    }

    private static void LoadRepeated(in Strip s, in PlanOp op, View* view)
    {
        float* d = s.Buffer(op.Destination);
        for (int i = 0; i < s.Rows; i++)
            Fill(d + (nint)i * s.Width, *view->Row(s.Row + i), s.Width);
        s.Registers[op.Destination] = new RegisterSource { Pointer = d, Step = 8 };
    }

    private static void LoadElements(in Strip s, in PlanOp op, View* view)
    {
        float* d = s.Buffer(op.Destination);
        if (op.Alias && Follows(s, view))
            d = view->At(s.Row, s.Col);
        else if (IsEven(s, view))
            CopyRows(d, s.Width, view->At(s.Row, s.Col), view->RowStride, s.Rows, s.Width);
        else
            for (int i = 0; i < s.Rows; i++)
                Packing.Row(*view, s.Row + i, s.Col, s.Width, d + (nint)i * s.Width);
        s.Registers[op.Destination] = new RegisterSource { Pointer = d, Step = 8 };
    }

    private static void StorePerRow(in Strip s, View* view, RegisterSource a)
    {
        for (int i = 0; i < s.Rows; i++)
            *view->Row(s.Row + i) = a.Step == 0 ? *a.Pointer : a.Pointer[i];
    }

    private static void StoreRow(in Strip s, View* view, int i, RegisterSource a)
    {
        for (int col = 0; col < s.Cols; col += Operand.TileCols)
        {
            float* d = view->At(s.Row + i, s.Col + col);
            float* from = a.Step == 0 ? a.Pointer : a.Pointer + (nint)i * s.Width + col;
            Vector256<float> low = Vector256.Load(from), high = Vector256.Load(from + a.Step);
            int count = Math.Min(Operand.TileCols, s.Cols - col);
            if (count < Operand.TileCols)
            {
                StorePart(d, low, high, count, OwnsTile(s, view, s.Row + i));
                return;
            }
            low.Store(d);
            high.Store(d + 8);
        }
    }

    // Whether what lies beyond the last column of a row is nobody's: the next row does not begin there, nor, after the last row,
    // another operand. Another thread could write there in between.
    private static bool OwnsTile(in Strip s, View* view, int row)
    {
        int width = view->TileStride == Operand.TileCols ? Operand.Pad(s.Plan.Cols) : Operand.TileCols;
        return view->ColStride == 1 && view->RowStride >= width && view->Row(row) != view->Row(s.Plan.Rows - 1);
    }

    // What lies beyond the columns is written with the value it had.
    private static void StorePart(float* d, Vector256<float> low, Vector256<float> high, int count, bool ownsTile)
    {
        if (!ownsTile)
        {
            MicroKernels.StoreTile(d, low, high, count);
            return;
        }
        Vector256.ConditionalSelect(FirstLanes(count), low, Vector256.Load(d)).Store(d);
        Vector256.ConditionalSelect(FirstLanes(count - 8), high, Vector256.Load(d + 8)).Store(d + 8);
    }

    private static Vector256<float> FirstLanes(int count) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    private static void AddRow(in Strip s, View* view, int i, RegisterSource a, bool first)
    {
        for (int col = 0; col < s.Cols; col += Operand.TileCols)
        {
            float* d = view->At(s.Row + i, s.Col + col);
            float* from = a.Step == 0 ? a.Pointer : a.Pointer + (nint)i * s.Width + col;
            int count = Math.Min(Operand.TileCols, s.Cols - col);
            if (count < Operand.TileCols)
            {
                for (int j = 0; j < count; j++)
                    AddScalar(d + j, a.Step == 0 ? *from : from[j], first);
                continue;
            }
            AddLanes(d, from, first);
            AddLanes(d + 8, from + a.Step, first);
        }
    }

    private static void AddScalar(float* d, float value, bool first) => *d = first ? value : *d + value;

    private static void AddLanes(float* d, float* from, bool first)
    {
        var value = Vector256.Load(from);
        (first ? value : Vector256.Load(d) + value).Store(d);
    }
}
