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
        KnownProgram.Adam, KnownProgram.DecayedAdam, KnownProgram.SignedSgd, KnownProgram.SignedMomentum);

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

    /// <summary>How many banks it updates: the first operands of its instruction, in panels.</summary>
    public int Banks => program.Banks;

    /// <summary>The numbers of this run, in the order of the program.</summary>
    public void ReadRates(float[] registers, float* rates)
    {
        for (int i = 0; i < _rates.Length; i++)
            rates[i] = _rates[i].Code == Const ? _rates[i].Immediate : registers[_rates[i].Index];
    }

    /// <summary>What forms a gradient and updates the banks by it.</summary>
    public GradientKernels Kernels => program.Kernels;

    /// <summary>The banks from an element on, and the rates.</summary>
    public GradientTarget Target(View* views, float* rates, int row, int col) => new()
    {
        Bank0 = views[0].At(row, col),
        Bank1 = program.Banks > 1 ? views[1].At(row, col) : null,
        Bank2 = program.Banks > 2 ? views[2].At(row, col) : null,
        Rates = rates,
    };

    /// <summary>
    /// Updates the first columns of some rows of a tile. What lies beyond them is not the program's, so that it works on copies,
    /// for which there is room at <paramref name="copies"/>.
    /// </summary>
    public void RunPart(in GradientTarget target, float* g, int rows, int cols, float* copies)
    {
        int size = rows * Operand.TileCols;
        var copied = target with { Bank0 = copies, Bank1 = copies + size, Bank2 = copies + 2 * size };
        for (int i = 0; i < program.Banks; i++)
            StripMemory.Copy(copied.Bank(i), target.Bank(i), size);
        program.Kernels.Stored(g, &copied, rows);
        for (int i = 0; i < program.Banks; i++)
            StripMemory.CopyPart(target.Bank(i), copied.Bank(i), rows, cols);
    }
}

/// <summary>A program by its shape, and the kernel that does the same. A rate is a constant or a host register.</summary>
internal sealed unsafe class KnownProgram
{
    private KnownProgram(int banks, GradientKernels kernels, params ProgramOp[] shape) =>
        (Banks, Kernels, Shape) = (banks, kernels, shape);

    /// <summary>w -= rate g.</summary>
    public static KnownProgram Sgd { get; } = new(
        1, GradientKernels.Of<SgdLanes>(), Read(1, 0), Rate(2), Op(Mul, 0, 2, 0), Op(Sub, 0, 1, 0), Write(0, 0));

    /// <summary>w -= rate (g + decay w).</summary>
    public static KnownProgram DecayedSgd { get; } = new(
        1, GradientKernels.Of<DecayedSgdLanes>(), Read(1, 0), Rate(2), Rate(3), Op(Mul, 3, 3, 1), Op(Add, 0, 0, 3), Op(Mul, 0, 2, 0), Op(Sub, 0, 1, 0), Write(0, 0));

    /// <summary>m = momentum m + g; w -= rate m.</summary>
    public static KnownProgram Momentum { get; } = new(
        2, GradientKernels.Of<MomentumLanes>(), Rate(1), Read(2, 0), Op(Mul, 1, 1, 2), Op(Add, 0, 1, 0),
        Read(1, 1), Rate(2), Op(Mul, 2, 2, 0), Op(Sub, 1, 1, 2), Write(0, 0), Write(1, 1));

    /// <summary>m = momentum m + (g + decay w); w -= rate m.</summary>
    public static KnownProgram DecayedMomentum { get; } = new(
        2, GradientKernels.Of<DecayedMomentumLanes>(), Rate(1), Read(2, 0), Op(Mul, 1, 1, 2), Rate(2), Read(3, 1), Op(Mul, 2, 2, 3), Op(Add, 0, 0, 2),
        Op(Add, 0, 1, 0), Rate(1), Op(Mul, 1, 1, 0), Op(Sub, 1, 3, 1), Write(0, 0), Write(1, 1));

    /// <summary>m = b1 m + c1 g; v = b2 v + c2 g g; w -= step m / (sqrt(d2 v) + epsilon).</summary>
    public static KnownProgram Adam { get; } = new(
        3, GradientKernels.Of<AdamLanes>(), Rate(1), Read(2, 0), Op(Mul, 1, 1, 2), Rate(2), Op(Mul, 2, 2, 0), Op(Add, 1, 1, 2),
        Rate(2), Read(3, 1), Op(Mul, 2, 2, 3), Rate(3), Op(Mul, 3, 3, 0), Op(Mul, 0, 3, 0), Op(Add, 0, 2, 0),
        Read(2, 2), Rate(3), Op(Mul, 3, 3, 1), Rate(4), Op(Mul, 4, 4, 0), Op(Sqrt, 4, 4), Rate(5), Op(Add, 4, 4, 5), Op(Div, 3, 3, 4), Op(Sub, 2, 2, 3),
        Write(0, 1), Write(1, 0), Write(2, 2));

    /// <summary>Adam, but w is first multiplied by 1 - rate decay.</summary>
    public static KnownProgram DecayedAdam { get; } = new(
        3, GradientKernels.Of<DecayedAdamLanes>(), [.. Adam.Shape[..13], Rate(2), Read(3, 2), Op(Mul, 2, 2, 3), .. Adam.Shape[14..]]);

    /// <summary>w -= rate g; feedback = sign(w) magnitude.</summary>
    public static KnownProgram SignedSgd { get; } = new(
        2, GradientKernels.Of<SignedSgdLanes>(), [.. Sgd.Shape[..^1], Op(Sign, 1, 0), Rate(2), Op(Mul, 1, 1, 2), Write(0, 0), Write(1, 1)]);

    /// <summary>m = momentum m + g; w -= rate m; feedback = sign(w) magnitude.</summary>
    public static KnownProgram SignedMomentum { get; } = new(
        3, GradientKernels.Of<SignedMomentumLanes>(),
        [.. Momentum.Shape[..^2], Op(Sign, 2, 1), Rate(3), Op(Mul, 2, 2, 3), Write(0, 0), Write(1, 1), Write(2, 2)]);

    /// <summary>Banks it reads and writes: the first operands of its instruction.</summary>
    public int Banks { get; }

    /// <summary>What forms a gradient and runs the program on it.</summary>
    public GradientKernels Kernels { get; }

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
}
