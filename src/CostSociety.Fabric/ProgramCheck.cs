using System.Runtime.CompilerServices;

namespace CostSociety.Fabric;

/// <summary>Rules of a program in the instruction that runs it.</summary>
internal sealed class ProgramCheck(
    Bitstream bitstream, InstructionCheck check, Instruction instruction, FabricProgram program, int rows, int cols)
{
    private enum Holds : byte
    {
        Nothing,
        Elements,
        Rows,
    }

    private readonly Holds[] _registers = new Holds[FabricProgram.MaxRegisters];
    private int _op;

    public void Verify(bool gradient)
    {
        check.Require(program.Registers is >= 0 and <= FabricProgram.MaxRegisters,
            $"its program uses {program.Registers} registers of {FabricProgram.MaxRegisters}");
        check.Require(!gradient || program.Registers >= 1, "its program needs register 0 for g");
        if (gradient)
            _registers[0] = Holds.Elements;
        for (_op = 0; _op < program.Ops.Length; _op++)
            Verify(program.Ops[_op]);
    }

    /// <summary>Register 0 holds a value per element before the program and after it.</summary>
    public void VerifyCarried()
    {
        Verify(gradient: true);
        check.Require(_registers[0] == Holds.Elements,
            "its per-sample program leaves a value per row in register 0, expected one per element");
    }

    private void Verify(in ProgramOp op)
    {
        Require((int)op.Code < Semantics.Opcodes.Count, $"there is no opcode {(int)op.Code}");
        VerifySources(op);
        VerifyIndex(op);
        if (ProgramRules.Writes(op))
            Define(op);
    }

    private void Define(in ProgramOp op)
    {
        Require(op.Destination < program.Registers, $"register r{op.Destination} of {program.Registers}");
        Require(ProgramRules.Shape(op.Code) != OpcodeShape.Reduction || op.PerRow, "a reduction makes a value per row");
        Require(op.Code != Opcode.Spread || !op.PerRow, "spread makes a value per element");
        _registers[op.Destination] = op.PerRow ? Holds.Rows : Holds.Elements;
    }

    private void VerifySources(in ProgramOp op)
    {
        bool rowsWanted = ProgramRules.Shape(op.Code) switch
        {
            OpcodeShape.Reduction => false,
            OpcodeShape.Spread => true,
            _ => op.PerRow,
        };
        int arity = ProgramRules.Arity(op.Code);
        if (arity > 0)
            VerifySource(op.A, rowsWanted);
        if (arity > 1)
            VerifySource(op.B, rowsWanted);
        if (arity > 2)
            VerifySource(op.C, rowsWanted);
    }

    private void VerifySource(byte register, bool rowsWanted)
    {
        Require(register < program.Registers, $"register r{register} of {program.Registers}");
        Require(_registers[register] != Holds.Nothing, $"register r{register} is read before it is written");
        Require(_registers[register] == (rowsWanted ? Holds.Rows : Holds.Elements),
            $"register r{register} holds a value per {(rowsWanted ? "element" : "row")}, "
            + $"expected one per {(rowsWanted ? "row" : "element")}");
    }

    private void VerifyIndex(in ProgramOp op)
    {
        if (op.Code == Opcode.Register)
            Require(op.Index < bitstream.Registers, $"host register {op.Index} of {bitstream.Registers}");
        else if (op.Code is Opcode.Uniform or Opcode.Normal)
            Require(op.Index < program.NoiseKeys.Length, $"noise key {op.Index} of {program.NoiseKeys.Length}");
        else if (ProgramRules.UsesOperand(op.Code))
            VerifyOperand(op);
    }

    private void VerifyOperand(in ProgramOp op)
    {
        Require(op.Index < instruction.OperandCount, $"operand {op.Index} of {instruction.OperandCount}");
        var operand = check.Own(op.Index);
        int width = op.PerRow ? 1 : cols;
        var name = new OperandName("operand", op.Index);
        check.RequireShape(op.PerRow ? operand with { Cols = 1 } : operand, rows, width, name);
        if (op.Code == Opcode.Store)
            check.RequireDistinct(operand, rows, width, name);
        else if (op.Code == Opcode.StoreSum)
            check.RequireDistinctColumns(operand, width, name);
    }

    private void Require(bool condition, string rule)
    {
        if (!condition)
            check.Require(false, $"operation {_op} ({program.Ops[_op].Code}): {rule}");
    }

    private void Require(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref RuleText rule)
    {
        if (!condition)
            Require(false, rule.Finish());
    }
}
