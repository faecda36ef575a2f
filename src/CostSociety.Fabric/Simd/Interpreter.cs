namespace CostSociety.Fabric.Simd;

/// <summary>A block of the domain that the registers hold at one time.</summary>
internal unsafe struct Strip
{
    public ProgramPlan Plan;
    public RunContext Context;
    public View* Operands;
    public RegisterSource* Registers;
    public float* Buffers;
    public float* Uniforms;
    public int Row;
    public int Rows;
    public int Col;
    public int Width;
    public int Cols;
    public uint NoiseCounter;

    /// <summary>Vectors of a register with a value per element.</summary>
    public nint Vectors;

    /// <summary>Vectors of a register with a value per row.</summary>
    public nint RowVectors;

    public readonly float* Buffer(int register) => Buffers + register * (nint)Plan.RegisterFloats;

    public readonly float* Uniform(int register) => Uniforms + register * 8;

}

/// <summary>The register machine that runs programs, one strip of the domain at a time.</summary>
internal static unsafe class Interpreter
{
    /// <summary>Runs a program over a part of its domain; rows ascend within each column.</summary>
    public static void Run(
        ProgramPlan plan, View* operands, RunContext context, int thread, int row0, int row1, int col0, int col1)
    {
        var strip = Begin(plan, operands, context, thread);
        if (plan.PerRowOnly)
            col1 = Math.Min(col1, col0 + 1);
        for (int col = col0; col < col1; col += plan.Width)
        {
            int stripRows = RowsFor(plan, col1 - col);
            for (int row = row0; row < row1; row += stripRows)
            {
                Place(ref strip, row, Math.Min(stripRows, row1 - row), col, col1);
                RunStrip(strip);
            }
        }
    }

    // A part of the columns leaves room for more rows in the same buffers.
    private static int RowsFor(ProgramPlan plan, int cols) =>
        plan.PerRowOnly ? plan.StripRows
        : plan.Width / Operand.Pad(Math.Min(plan.Width, cols)) * plan.StripRows;

    public static Strip Begin(ProgramPlan plan, View* operands, RunContext context, int thread)
    {
        var scratch = context.Threads[thread];
        return new Strip
        {
            Plan = plan,
            Context = context,
            Operands = operands,
            Registers = scratch.Sources,
            Buffers = scratch.Registers,
            Uniforms = scratch.Uniforms,
            NoiseCounter = context.NoiseCounter,
        };
    }

    public static void Place(ref Strip strip, int row, int rows, int col, int lastCol)
    {
        strip.Row = row;
        strip.Rows = rows;
        strip.Col = col;
        strip.Cols = Math.Min(strip.Plan.Width, lastCol - col);
        strip.Width = Operand.Pad(strip.Cols);
        strip.Vectors = (nint)rows * strip.Width / 8;
        strip.RowVectors = (rows + 7) / 8;
    }

    /// <summary>Runs the program on one strip; register 0 may have been set before.</summary>
    public static void RunStrip(in Strip s)
    {
        foreach (ref readonly var op in s.Plan.Ops.AsSpan())
            ((delegate*<in Strip, in PlanOp, void>)op.Kernel)(s, op);
    }
}
