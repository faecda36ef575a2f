using System.Runtime.CompilerServices;

namespace CostSociety.Conformance.Tests;

/// <summary>The tables of the contract are complete and consistent.</summary>
public sealed class SemanticsTests
{
    [Fact]
    public void Instructions_HaveOneRowForEachKindInOrder() =>
        Assert.Equal(Enum.GetValues<InstructionKind>(), Semantics.Instructions.Select(row => row.Kind));

    [Fact]
    public void Opcodes_HaveOneRowForEachCodeInOrder() =>
        Assert.Equal(Enum.GetValues<Opcode>(), Semantics.Opcodes.Select(row => row.Code));

    [Fact]
    public void Opcodes_NamesAreUnique() => Assert.Distinct(Semantics.Opcodes.Select(row => row.Name));

    [Fact]
    public void Tables_AreWritten()
    {
        foreach (var row in Semantics.Opcodes)
            Assert.All([row.Name, row.Meaning, row.Adjoint], text => Assert.NotEqual("", text.Trim()));
        foreach (var row in Semantics.Instructions)
            Assert.All([row.Operands, row.Meaning, row.Adjoint], text => Assert.NotEqual("", text.Trim()));
    }

    [Fact]
    public void Tolerances_AreSmall()
    {
        Assert.All(Semantics.Opcodes, row => Assert.InRange(row.Tolerance, 0, 1e-5));
        Assert.All(Semantics.Instructions, row => Assert.InRange(row.Tolerance, 0, 1e-5));
    }

    [Fact]
    public void Instruction_Is32Bytes() => Assert.Equal(32, Unsafe.SizeOf<Instruction>());

    [Theory]
    [InlineData(OpcodeShape.Reduction, 1)]
    [InlineData(OpcodeShape.Spread, 1)]
    [InlineData(OpcodeShape.Store, 1)]
    public void Opcodes_ThatMoveBetweenShapes_HaveOneSource(OpcodeShape shape, int arity) =>
        Assert.All(Semantics.Opcodes.Where(row => row.Shape == shape), row => Assert.Equal(arity, row.Arity));

    [Fact]
    public void Opcodes_WithSources_AreThoseTheOracleComputes() =>
        Assert.All(
            Semantics.Opcodes.Where(row => row.Shape == OpcodeShape.Elementwise),
            row => Assert.Equal(row.Arity > 0, Implements(row.Code)));

    [Theory]
    [MemberData(nameof(ConformanceSuite.ElementwiseOpcodes), MemberType = typeof(ConformanceSuite))]
    public void Opcodes_IgnoreWhatIsBeyondTheirArity(Opcode code)
    {
        int arity = Semantics.Opcodes[(int)code].Arity;
        double full = OpcodeValues.Of(code, 0.7, 0.4, 0.2);
        double cut = OpcodeValues.Of(code, 0.7, arity > 1 ? 0.4 : 9, arity > 2 ? 0.2 : 9);

        Assert.Equal(full, cut);
    }

    private static bool Implements(Opcode code)
    {
        try
        {
            OpcodeValues.Of(code, 0.5, 0.5, 0.5);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
