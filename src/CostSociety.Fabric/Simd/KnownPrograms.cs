using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static CostSociety.Fabric.Opcode;

namespace CostSociety.Fabric.Simd;

/// <summary>
/// Update programs that are recognised at load by what they do, operation for operation, and run as one pass over gradient,
/// weights and moments. The bits are those of the interpreted form: nothing is reordered, and no product joins a sum.
/// </summary>
internal sealed class KnownPrograms
{
    private readonly KnownProgram[] _programs;

    private KnownPrograms(params KnownProgram[] programs) => _programs = programs;

    /// <summary>All programs there are kernels for.</summary>
    public static KnownPrograms Full { get; } = new(
        KnownProgram.Sgd, KnownProgram.DecayedSgd, KnownProgram.Momentum, KnownProgram.DecayedMomentum,
        KnownProgram.Adam, KnownProgram.DecayedAdam);

    /// <summary>None: everything is interpreted.</summary>
    public static KnownPrograms Empty { get; } = new();

    /// <summary>One program of each shape, for the warm-up.</summary>
    public IEnumerable<ProgramOp[]> Shapes => _programs.Select(program => program.Shape);

    /// <summary>The kernel of an update over a bank; null when the program or the layout is none that is known.</summary>
    public KnownUpdate? Find(FabricProgram program, ReadOnlySpan<Operand> operands)
    {
        foreach (var known in _programs)
            if (known.Matches(program.Ops))
                return AreApart(operands[..known.Banks]) ? new KnownUpdate(known, program.Ops) : null;
        return null;
    }

    // A kernel goes row by row, the interpreter operation by operation: banks that share no float cannot tell.
    private static bool AreApart(ReadOnlySpan<Operand> banks)
    {
        for (int i = 0; i < banks.Length; i++)
        {
            if (banks[i].ColStride != 1 || !Layout.IsPanels(banks[i], banks[i].Rows, banks[i].Cols))
                return false;
            for (int j = 0; j < i; j++)
                if (Barriers.EverOverlap(banks[i], banks[j]))
                    return false;
        }
        return true;
    }
}

/// <summary>A known program in an instruction: its kernel, and where the numbers come from that it reads.</summary>
internal sealed unsafe class KnownUpdate(KnownProgram program, ProgramOp[] ops)
{
    private readonly ProgramOp[] _rates = [.. ops.Where(KnownProgram.IsRate)];

    /// <summary>How many numbers <see cref="ReadRates"/> writes.</summary>
    public int Rates => _rates.Length;

    /// <summary>The numbers of this run, in the order of the program.</summary>
    public void ReadRates(float[] registers, float* rates)
    {
        for (int i = 0; i < _rates.Length; i++)
            rates[i] = _rates[i].Code == Const ? _rates[i].Immediate : registers[_rates[i].Index];
    }

    /// <summary>Updates some rows of a tile; <paramref name="copies"/> has room for the strip of each bank.</summary>
    public void Run(View* views, float* rates, float* g, int row, int rows, int col, int cols, float* copies)
    {
        float** banks = stackalloc float*[KnownProgram.MostBanks];
        for (int i = 0; i < program.Banks; i++)
            banks[i] = views[i].At(row, col);
        if (cols >= Operand.TileCols)
            program.Kernel(g, banks, rates, rows);
        else
            RunPart(banks, rates, g, rows, cols, copies);
    }

    // What lies beyond the last column is not the program's, so the last tile is updated in a copy.
    private void RunPart(float** banks, float* rates, float* g, int rows, int cols, float* copies)
    {
        int size = rows * Operand.TileCols;
        float** copied = stackalloc float*[KnownProgram.MostBanks];
        for (int i = 0; i < program.Banks; i++)
        {
            copied[i] = copies + (nint)i * size;
            StripMemory.Copy(copied[i], banks[i], size);
        }
        program.Kernel(g, copied, rates, rows);
        for (int i = 0; i < program.Banks; i++)
            StripMemory.CopyPart(banks[i], copied[i], rows, cols);
    }
}

/// <summary>A program by its shape, and the kernel that does the same. A rate is a constant or a host register.</summary>
internal sealed unsafe class KnownProgram
{
    public const int MostBanks = 3;

    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    private KnownProgram(int banks, delegate*<float*, float**, float*, int, void> kernel, params ProgramOp[] shape)
    {
        Kernel = kernel;
        (Banks, Shape) = (banks, shape);
    }

    /// <summary>w -= rate g.</summary>
    public static KnownProgram Sgd { get; } = new(
        1, &RunSgd, Read(1, 0), Rate(2), Op(Mul, 0, 2, 0), Op(Sub, 0, 1, 0), Write(0, 0));

    /// <summary>w -= rate (g + decay w).</summary>
    public static KnownProgram DecayedSgd { get; } = new(
        1, &RunDecayedSgd, Read(1, 0), Rate(2), Rate(3), Op(Mul, 3, 3, 1), Op(Add, 0, 0, 3), Op(Mul, 0, 2, 0), Op(Sub, 0, 1, 0), Write(0, 0));

    /// <summary>m = momentum m + g; w -= rate m.</summary>
    public static KnownProgram Momentum { get; } = new(
        2, &RunMomentum, Rate(1), Read(2, 0), Op(Mul, 1, 1, 2), Op(Add, 0, 1, 0),
        Read(1, 1), Rate(2), Op(Mul, 2, 2, 0), Op(Sub, 1, 1, 2), Write(0, 0), Write(1, 1));

    /// <summary>m = momentum m + (g + decay w); w -= rate m.</summary>
    public static KnownProgram DecayedMomentum { get; } = new(
        2, &RunDecayedMomentum, Rate(1), Read(2, 0), Op(Mul, 1, 1, 2), Rate(2), Read(3, 1), Op(Mul, 2, 2, 3), Op(Add, 0, 0, 2),
        Op(Add, 0, 1, 0), Rate(1), Op(Mul, 1, 1, 0), Op(Sub, 1, 3, 1), Write(0, 0), Write(1, 1));

    /// <summary>m = b1 m + c1 g; v = b2 v + c2 g g; w -= rate (m / d1) / (sqrt(v / d2) + epsilon).</summary>
    public static KnownProgram Adam { get; } = new(
        3, &RunAdam, Rate(1), Read(2, 0), Op(Mul, 1, 1, 2), Rate(2), Op(Mul, 2, 2, 0), Op(Add, 1, 1, 2),
        Rate(2), Read(3, 1), Op(Mul, 2, 2, 3), Rate(3), Op(Mul, 3, 3, 0), Op(Mul, 0, 3, 0), Op(Add, 0, 2, 0),
        Read(2, 2), Rate(3), Rate(4), Op(Div, 4, 1, 4), Op(Mul, 3, 3, 4),
        Rate(4), Op(Div, 4, 0, 4), Op(Sqrt, 4, 4), Rate(5), Op(Add, 4, 4, 5), Op(Div, 3, 3, 4), Op(Sub, 2, 2, 3),
        Write(0, 1), Write(1, 0), Write(2, 2));

    /// <summary>Adam, but w is first multiplied by 1 - rate decay.</summary>
    public static KnownProgram DecayedAdam { get; } = new(
        3, &RunDecayedAdam, [.. Adam.Shape[..13], Rate(2), Read(3, 2), Op(Mul, 2, 2, 3), .. Adam.Shape[14..]]);

    /// <summary>Banks it reads and writes: the first operands of its instruction.</summary>
    public int Banks { get; }

    /// <summary>From gradient, banks and rates, for so many rows of 16 columns.</summary>
    public delegate*<float*, float**, float*, int, void> Kernel { get; }

    public ProgramOp[] Shape { get; }

    public static bool IsRate(ProgramOp op) => op.Code is Const or Register;

    public bool Matches(ProgramOp[] ops)
    {
        if (ops.Length != Shape.Length)
            return false;
        for (int i = 0; i < ops.Length; i++)
            if (!IsSame(ops[i], Shape[i]))
                return false;
        return true;
    }

    // Fields that an operation does not use do not count.
    private static bool IsSame(in ProgramOp op, in ProgramOp shape)
    {
        int arity = ProgramRules.Arity(shape.Code);
        return !op.PerRow
            && (op.Code == shape.Code || (IsRate(op) && IsRate(shape)))
            && (op.Destination == shape.Destination || !ProgramRules.Writes(shape))
            && (op.A == shape.A || arity < 1)
            && (op.B == shape.B || arity < 2)
            && (op.Index == shape.Index || !ProgramRules.UsesOperand(shape.Code));
    }

    private static ProgramOp Rate(byte destination) => new(Const, false, destination, 0, 0, 0, 0, 0.5f);

    private static ProgramOp Read(byte destination, ushort bank) => new(Opcode.Load, false, destination, 0, 0, 0, bank, 0);

    private static ProgramOp Write(ushort bank, byte a) => new(Opcode.Store, false, 0, a, 0, 0, bank, 0);

    private static ProgramOp Op(Opcode code, byte destination, byte a, byte b = 0) => new(code, false, destination, a, b, 0, 0, 0);

    [MethodImpl(Hot)]
    private static void RunSgd(float* g, float** banks, float* rates, int rows)
    {
        float* w = banks[0];
        var rate = Vector256.Create(rates[0]);
        for (; rows > 0; rows--, g += 16, w += 16)
        {
            var low = Vector256.Load(w) - rate * Vector256.Load(g);
            var high = Vector256.Load(w + 8) - rate * Vector256.Load(g + 8);
            low.Store(w);
            high.Store(w + 8);
        }
    }

    [MethodImpl(Hot)]
    private static void RunDecayedSgd(float* g, float** banks, float* rates, int rows)
    {
        float* w = banks[0];
        Vector256<float> rate = Vector256.Create(rates[0]), decay = Vector256.Create(rates[1]);
        for (; rows > 0; rows--, g += 16, w += 16)
        {
            Vector256<float> w0 = Vector256.Load(w), w1 = Vector256.Load(w + 8);
            (w0 - rate * (Vector256.Load(g) + decay * w0)).Store(w);
            (w1 - rate * (Vector256.Load(g + 8) + decay * w1)).Store(w + 8);
        }
    }

    [MethodImpl(Hot)]
    private static void RunMomentum(float* g, float** banks, float* rates, int rows)
    {
        float* m = banks[0], w = banks[1];
        Vector256<float> momentum = Vector256.Create(rates[0]), rate = Vector256.Create(rates[1]);
        for (; rows > 0; rows--, g += 16, m += 16, w += 16)
        {
            var m0 = momentum * Vector256.Load(m) + Vector256.Load(g);
            var m1 = momentum * Vector256.Load(m + 8) + Vector256.Load(g + 8);
            m0.Store(m);
            m1.Store(m + 8);
            (Vector256.Load(w) - rate * m0).Store(w);
            (Vector256.Load(w + 8) - rate * m1).Store(w + 8);
        }
    }

    [MethodImpl(Hot)]
    private static void RunDecayedMomentum(float* g, float** banks, float* rates, int rows)
    {
        float* m = banks[0], w = banks[1];
        Vector256<float> momentum = Vector256.Create(rates[0]), decay = Vector256.Create(rates[1]), rate = Vector256.Create(rates[2]);
        for (; rows > 0; rows--, g += 16, m += 16, w += 16)
        {
            Vector256<float> w0 = Vector256.Load(w), w1 = Vector256.Load(w + 8);
            var m0 = momentum * Vector256.Load(m) + (Vector256.Load(g) + decay * w0);
            var m1 = momentum * Vector256.Load(m + 8) + (Vector256.Load(g + 8) + decay * w1);
            m0.Store(m);
            m1.Store(m + 8);
            (w0 - rate * m0).Store(w);
            (w1 - rate * m1).Store(w + 8);
        }
    }

    [MethodImpl(Hot)]
    private static void RunAdam(float* g, float** banks, float* rates, int rows)
    {
        float* m = banks[0], v = banks[1], w = banks[2];
        Vector256<float> b1 = Vector256.Create(rates[0]), c1 = Vector256.Create(rates[1]), b2 = Vector256.Create(rates[2]), c2 = Vector256.Create(rates[3]);
        Vector256<float> rate = Vector256.Create(rates[4]), d1 = Vector256.Create(rates[5]), d2 = Vector256.Create(rates[6]), epsilon = Vector256.Create(rates[7]);
        for (nint i = 0, count = (nint)rows * 16; i < count; i += 8)
        {
            var g0 = Vector256.Load(g + i);
            var m0 = b1 * Vector256.Load(m + i) + c1 * g0;
            var v0 = b2 * Vector256.Load(v + i) + c2 * g0 * g0;
            m0.Store(m + i);
            v0.Store(v + i);
            (Vector256.Load(w + i) - rate * (m0 / d1) / (Vector256.Sqrt(v0 / d2) + epsilon)).Store(w + i);
        }
    }

    [MethodImpl(Hot)]
    private static void RunDecayedAdam(float* g, float** banks, float* rates, int rows)
    {
        float* m = banks[0], v = banks[1], w = banks[2];
        Vector256<float> b1 = Vector256.Create(rates[0]), c1 = Vector256.Create(rates[1]), b2 = Vector256.Create(rates[2]), c2 = Vector256.Create(rates[3]);
        Vector256<float> keep = Vector256.Create(rates[4]), rate = Vector256.Create(rates[5]), d1 = Vector256.Create(rates[6]), d2 = Vector256.Create(rates[7]), epsilon = Vector256.Create(rates[8]);
        for (nint i = 0, count = (nint)rows * 16; i < count; i += 8)
        {
            var g0 = Vector256.Load(g + i);
            var m0 = b1 * Vector256.Load(m + i) + c1 * g0;
            var v0 = b2 * Vector256.Load(v + i) + c2 * g0 * g0;
            m0.Store(m + i);
            v0.Store(v + i);
            (keep * Vector256.Load(w + i) - rate * (m0 / d1) / (Vector256.Sqrt(v0 / d2) + epsilon)).Store(w + i);
        }
    }
}
