namespace CostSociety.Synthesis;

/// <summary>How one bank changes in a step: what must be in memory before, and the instructions.</summary>
internal abstract class BankChange(Parameter parameter)
{
    public Parameter Parameter => parameter;

    /// <summary>The form the instructions take, in one word: fused, split, correlate or synapse.</summary>
    public abstract string Form { get; }

    /// <summary>Why it takes that form.</summary>
    public abstract string Why { get; }

    /// <summary>Has all it reads written to memory.</summary>
    public abstract void Materialize(Schedule schedule);

    /// <summary>Emits the instructions.</summary>
    public abstract void Emit(Assembler assembler, Schedule schedule);
}

/// <summary>What makes a bank change needs from its surroundings.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Layout">Where scratch is placed.</param>
/// <param name="Batch">Samples of a batch.</param>
/// <param name="One">The number 1 in memory.</param>
/// <param name="Allocate">Makes the scratch symbol of a node.</param>
internal sealed record ChangeContext(Graph Graph, Layout Layout, int Batch, Symbol One, Func<Node, Symbol> Allocate)
{
    /// <summary>A bank in scratch, of the size of a parameter's.</summary>
    public Symbol Bank(Parameter parameter, string name) => Layout.Place(new Symbol
    {
        Name = name,
        Region = Fabric.Region.Scratch,
        Kind = SymbolKind.Bank,
        Rows = parameter.Inputs,
        Cols = parameter.Units,
    });
}
