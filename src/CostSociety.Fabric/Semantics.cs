namespace CostSociety.Fabric;

/// <summary>How the result of an opcode relates to the domain of its program.</summary>
public enum OpcodeShape : byte
{
    /// <summary>Element by element; per row when the operation says so.</summary>
    Elementwise,

    /// <summary>A value per row made of all units of the row.</summary>
    Reduction,

    /// <summary>A value per row repeated over the units.</summary>
    Spread,

    /// <summary>Writes an operand.</summary>
    Store,
}

/// <summary>Meaning of one opcode.</summary>
/// <param name="Code">The opcode.</param>
/// <param name="Name">Its name in listings.</param>
/// <param name="Arity">Number of source registers.</param>
/// <param name="Shape">How the result relates to the domain.</param>
/// <param name="Meaning">The result d as a function of the sources a, b, c.</param>
/// <param name="Adjoint">The derivative of the result; 0 where it is constant almost everywhere.</param>
/// <param name="Tolerance">Largest relative error against double precision, for results of ordinary size; of long sums see
/// <see cref="Semantics.SumTolerance"/>.</param>
public sealed record OpcodeRow(
    Opcode Code, string Name, int Arity, OpcodeShape Shape, string Meaning, string Adjoint, double Tolerance);

/// <summary>Meaning of one instruction.</summary>
/// <param name="Kind">The instruction.</param>
/// <param name="Operands">Its operands, in order.</param>
/// <param name="Meaning">What it computes.</param>
/// <param name="Adjoint">The instructions that carry a gradient back through it.</param>
/// <param name="Tolerance">Largest error against double precision, relative to the sum of magnitudes that enter; of long sums
/// see <see cref="Semantics.SumTolerance"/>.</param>
public sealed record InstructionRow(
    InstructionKind Kind, string Operands, string Meaning, string Adjoint, double Tolerance);

/// <summary>
/// The contract of the fabric: what every instruction and opcode means. Executors, the oracle, the verifier, the
/// disassembler and the device headers are written from this table and tested against it.
/// </summary>
public static class Semantics
{
    private const double Exact = 0;
    private const double Rounded = 1.2e-7;
    private const double Polynomial = 1e-6;

    // Half a unit in the last place of float, relative to the value.
    private const double OneRounding = 1.0 / (1 << 24);

    /// <summary>
    /// Largest error of a product or StoreSum over so many terms, relative to the sum of their magnitudes, where its row says
    /// <paramref name="tolerance"/>. Terms are added one after the other, and each addition may round: beyond 33 equal terms
    /// that is more than the row says, and a sum in blocks would not be the same for every size of them.
    /// </summary>
    public static double SumTolerance(double tolerance, int terms) => Math.Max(tolerance, terms * OneRounding);

    /// <summary>One row for each <see cref="InstructionKind"/>, in order of its value.</summary>
    public static IReadOnlyList<InstructionRow> Instructions { get; } =
    [
        new(InstructionKind.Project, "x[rows, inputs], bank[inputs, units], y[rows, units], program operands...",
            "y[r, n] (+)= sum over k of x[r, k] * bank[k, n]; then the program, if any, over y's rows and units",
            "ProjectBack to x, Correlate to the bank", 2e-6),
        new(InstructionKind.ProjectBack, "d[rows, units], bank[inputs, units], x[rows, inputs], program operands...",
            "x[r, k] (+)= sum over n of d[r, n] * bank[k, n]; then the program, if any, over x's rows and inputs",
            "Project to d, Correlate to the bank", 2e-6),
        new(InstructionKind.Correlate, "program operands... (banks [inputs, units] and what broadcasts to them)",
            "g[k, n] = registers[Register] * sum over terms of coefficient * sum over rows of pre[r, k] * post[r, n] "
            + "(factor 1 when Register is -1; the rows of a term are the larger of those of pre and post); then the program over [Rows = inputs, Cols = units] with g in its "
            + "register 0, or without a program operand 0 (+)= g",
            "none: it ends a backward pass", 2e-6),
        new(InstructionKind.Synapse, "operands of both programs (banks [inputs, units] and what broadcasts to them)",
            "over [Rows = inputs, Cols = units]: g = 0; the program First (none when -1) for each sample 0..Count-1 in turn, with "
            + "counter Register (none when -1) and the noise at that sample; then Program (none when -1) with counter Register at 0. "
            + "Register 0 is g, and stays from sample to sample and into Program",
            "none", 2e-6),
        new(InstructionKind.Contract, "A, B, C",
            "C (+)= op(A) op(B) for each of First equal groups of the rows of all three; op turns within the group "
            + "when TransposeA or TransposeB is set", "two Contracts", 2e-6),
        new(InstructionKind.Evaluate, "operands of the program, each broadcast to [Rows, Cols]",
            "the program over [Rows, Cols]", "the program of the derivative", Polynomial),
        new(InstructionKind.Gather, "source, destination; by index: source[n, cols], index[rows, 1], destination[rows, cols]",
            "destination[i] (+)= sum of the source elements that table First lists for i, sample by sample; when First is -1, "
            + "destination[r] (+)= source[index[r]], rows and sources in Count groups, the index (rounded down) counted within "
            + "the group; NaN or out of range reads 0",
            "Gather with the transposed table; by index: Scatter that accumulates", 1e-6),
        new(InstructionKind.Scatter, "source[rows, cols], index[rows, 1], destination[n, cols]",
            "destination[index[r]] = source[r], or += with Accumulate, rows ascending; rows and destinations in First groups, the "
            + "index (rounded down) counted within the group; NaN or out of range writes nothing, and what is not written stays",
            "Gather by index", 1e-6),
        new(InstructionKind.Rank, "x[rows, units], value[rows, 1], index[rows, 1]",
            "the k-th largest of each row and where it stands, k = registers[Register] rounded down and held to [1, units] "
            + "(1 for NaN); NaN counts as smallest; ties to the lower index", "none; Gather or Scatter by index for the value", Exact),
        new(InstructionKind.Loop, "none",
            "the First instructions that follow, registers[Register] times (rounded down, at least 0); counter Count runs from 0",
            "Loop over the tape in reverse", Exact),
    ];

    /// <summary>One row for each <see cref="Opcode"/>, in order of its value.</summary>
    public static IReadOnlyList<OpcodeRow> Opcodes { get; } =
    [
        new(Opcode.Const, "const", 0, OpcodeShape.Elementwise, "Immediate", "0", Exact),
        new(Opcode.Register, "register", 0, OpcodeShape.Elementwise, "registers[Index]", "0", Exact),
        new(Opcode.Load, "load", 0, OpcodeShape.Elementwise, "operand Index at (row, col); per row: at (row, 0)", "1", Exact),
        new(Opcode.Store, "store", 1, OpcodeShape.Store, "operand Index at (row, col) = a", "1", Exact),
        new(Opcode.StoreSum, "storesum", 1, OpcodeShape.Store,
            "operand Index at (row, col) = sum of a over all rows that share the address, ascending", "1 to each row", 2e-6),
        new(Opcode.Spread, "spread", 1, OpcodeShape.Spread, "a of the row, for every unit", "sum over units", Exact),
        new(Opcode.Neg, "neg", 1, OpcodeShape.Elementwise, "-a", "-1", Exact),
        new(Opcode.Abs, "abs", 1, OpcodeShape.Elementwise, "|a|", "sign(a)", Exact),
        new(Opcode.Sqrt, "sqrt", 1, OpcodeShape.Elementwise, "square root of a", "1/(2 d)", Rounded),
        new(Opcode.Exp, "exp", 1, OpcodeShape.Elementwise, "e^a", "d", Polynomial),
        new(Opcode.Log, "log", 1, OpcodeShape.Elementwise, "natural logarithm of a", "1/a", Polynomial),
        new(Opcode.Tanh, "tanh", 1, OpcodeShape.Elementwise, "hyperbolic tangent of a", "1 - d^2", Polynomial),
        new(Opcode.Sigmoid, "sigmoid", 1, OpcodeShape.Elementwise, "1/(1 + e^-a)", "d (1 - d)", Polynomial),
        new(Opcode.Softplus, "softplus", 1, OpcodeShape.Elementwise, "log(1 + e^a)", "sigmoid(a)", Polynomial),
        new(Opcode.Sin, "sin", 1, OpcodeShape.Elementwise, "sine of a", "cos(a)", Polynomial),
        new(Opcode.Cos, "cos", 1, OpcodeShape.Elementwise, "cosine of a", "-sin(a)", Polynomial),
        new(Opcode.Floor, "floor", 1, OpcodeShape.Elementwise, "largest integer <= a", "0", Exact),
        new(Opcode.Sign, "sign", 1, OpcodeShape.Elementwise, "-1, 0 or 1", "0", Exact),
        new(Opcode.Step, "step", 1, OpcodeShape.Elementwise, "1 if a > 0, else 0", "0", Exact),
        new(Opcode.Add, "add", 2, OpcodeShape.Elementwise, "a + b", "1, 1", Rounded),
        new(Opcode.Sub, "sub", 2, OpcodeShape.Elementwise, "a - b", "1, -1", Rounded),
        new(Opcode.Mul, "mul", 2, OpcodeShape.Elementwise, "a b", "b, a", Rounded),
        new(Opcode.Div, "div", 2, OpcodeShape.Elementwise, "a / b", "1/b, -d/b", Rounded),
        new(Opcode.Min, "min", 2, OpcodeShape.Elementwise, "the smaller; a when equal; NaN when either is", "1, 0 where a <= b, else 0, 1", Exact),
        new(Opcode.Max, "max", 2, OpcodeShape.Elementwise, "the larger; a when equal; NaN when either is", "1, 0 where a >= b, else 0, 1", Exact),
        new(Opcode.Pow, "pow", 2, OpcodeShape.Elementwise, "a^b = e^(b log a) for a > 0; a = 0 gives 0 for b > 0, 1 for b = 0; a < 0 needs an integer b",
            "b a^(b-1), d log a", 4e-6),
        new(Opcode.Less, "less", 2, OpcodeShape.Elementwise, "1 if a < b, else 0", "0", Exact),
        new(Opcode.LessEqual, "lessequal", 2, OpcodeShape.Elementwise, "1 if a <= b, else 0", "0", Exact),
        new(Opcode.Equal, "equal", 2, OpcodeShape.Elementwise, "1 if a = b, else 0", "0", Exact),
        new(Opcode.Fma, "fma", 3, OpcodeShape.Elementwise, "a b + c, rounded once", "b, a, 1", Rounded),
        new(Opcode.Select, "select", 3, OpcodeShape.Elementwise, "b where a != 0, else c", "0, 1 or 0, 0 or 1", Exact),
        new(Opcode.UnitIndex, "unit", 0, OpcodeShape.Elementwise, "the column", "0", Exact),
        new(Opcode.RowIndex, "row", 0, OpcodeShape.Elementwise, "the row (of a bank: the input)", "0", Exact),
        new(Opcode.Uniform, "uniform", 0, OpcodeShape.Elementwise, "counter-based noise in (0, 1), key Index", "0", Exact),
        new(Opcode.Normal, "normal", 0, OpcodeShape.Elementwise, "counter-based normal noise, key Index", "0", Polynomial),
        new(Opcode.SumUnits, "sum", 1, OpcodeShape.Reduction, "sum of a over the units of the row", "spread", 2e-6),
        new(Opcode.MaxUnits, "max.units", 1, OpcodeShape.Reduction, "largest a of the row; NaN when one is", "1 at the first largest", Exact),
        new(Opcode.ArgMaxUnits, "argmax", 1, OpcodeShape.Reduction, "column of the largest a; ties to the lower; 0 when one is NaN", "0", Exact),
    ];
}
