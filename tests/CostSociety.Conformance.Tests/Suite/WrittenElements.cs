namespace CostSociety.Conformance.Tests;

/// <summary>Which floats the instructions of a bitstream may write: every element of an operand that one of them stores to.</summary>
public sealed class WrittenElements
{
    private readonly bool[][] _written;

    public WrittenElements(Bitstream bitstream)
    {
        var sizes = bitstream.Sizes;
        _written = [new bool[sizes.State], new bool[sizes.Scratch], new bool[sizes.Io]];
        foreach (var instruction in bitstream.Instructions)
            Add(bitstream, instruction);
    }

    public bool this[Region region, int index] => _written[(int)region][index];

    private void Add(Bitstream bitstream, Instruction instruction)
    {
        var own = bitstream.Operands.AsSpan(instruction.FirstOperand, instruction.OperandCount);
        foreach (int result in Results(instruction))
            Add(own[result], own[result].Rows, own[result].Cols);
        foreach (int program in (ReadOnlySpan<int>)[instruction.Program, Sampled(instruction)])
            if (program >= 0)
                foreach (var op in bitstream.Programs[program].Ops.Where(op => op.Code is Opcode.Store or Opcode.StoreSum))
                    Add(own[op.Index], own[op.Index].Rows, op.PerRow ? 1 : own[op.Index].Cols);
    }

    private static int Sampled(Instruction instruction) =>
        instruction.Kind == InstructionKind.Synapse ? instruction.First : -1;

    private static int[] Results(Instruction instruction) => instruction.Kind switch
    {
        InstructionKind.Project or InstructionKind.ProjectBack or InstructionKind.Contract or InstructionKind.Scatter => [2],
        InstructionKind.Gather => [instruction.First < 0 ? 2 : 1],
        InstructionKind.Correlate when instruction.Program < 0 => [0],
        InstructionKind.Rank => [1, 2],
        _ => [],
    };

    private void Add(Operand operand, int rows, int cols)
    {
        for (int slot = 0; slot < operand.Slots; slot++)
            for (int r = 0; r < rows; r++)
                for (int c = 0; c < cols; c++)
                    _written[(int)operand.Region][operand.Offset + slot * operand.SlotStride + operand.Element(r, c)] = true;
    }
}
