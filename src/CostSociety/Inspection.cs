using CostSociety.Circuits;
using CostSociety.Fabric;
using CostSociety.Language;
using CostSociety.Learning;
using CostSociety.Synthesis;

namespace CostSociety;

/// <summary>What a circuit becomes, without running it: memory, parameters, derivatives, backward passes, listing.</summary>
public sealed class Inspection
{
    private readonly Synthesized _synthesized;

    private Inspection(Synthesized synthesized) => _synthesized = synthesized;

    /// <summary>The circuit.</summary>
    public Circuit Circuit => _synthesized.Circuit;

    /// <summary>Sizes of the memories, in floats of 4 bytes.</summary>
    public MemorySizes Memory => _synthesized.Bitstream.Sizes;

    /// <summary>Number of instructions of all entry points.</summary>
    public int Instructions => _synthesized.Bitstream.Instructions.Length;

    /// <summary>Everything that may learn, and the banks it shares.</summary>
    public IReadOnlyList<InspectedParameter> Parameters => [.. _synthesized.Parameters.All.Select(Inspect)];

    /// <summary>Cost terms with their derivatives.</summary>
    public IReadOnlyList<InspectedTerm> Terms => [.. _synthesized.BoundCosts.SelectMany(c => c.Spec.Terms.Zip(c.Terms, Inspect))];

    /// <summary>Backward passes; costs that teach the same share one.</summary>
    public IReadOnlyList<InspectedPass> Passes => [.. _synthesized.Passes.Select(Inspect)];

    /// <summary>Checks a circuit completely, its texts included, and looks into it.</summary>
    /// <exception cref="CostSocietyException">Texts of the circuit or its costs are refused; all messages are in it.</exception>
    public static Inspection Of(Circuit circuit)
    {
        var diagnostics = new Diagnostics();
        var inspection = TryOf(circuit, diagnostics);
        diagnostics.ThrowIfErrors();
        return inspection!;
    }

    /// <summary>Checks a circuit completely, its texts included, and looks into it; null after reporting what is wrong.</summary>
    public static Inspection? TryOf(Circuit circuit, Diagnostics diagnostics)
    {
        var own = new Diagnostics();
        var synthesized = Synthesizer.Run(circuit, circuit.Costs, own);
        foreach (var item in own.Items)
            diagnostics.Add(item);
        return synthesized is null || own.HasErrors ? null : new Inspection(synthesized);
    }

    /// <summary>The instructions as a listing, with the names of what lies in state and io.</summary>
    public string Listing()
    {
        var symbols = new Dictionary<(Region, int), string>();
        IEnumerable<Symbol> io = _synthesized.CostRecords.Concat(_synthesized.MeasureRecords).Select(r => r.Symbol)
            .Concat(_synthesized.Streams.Values).Append(_synthesized.Valid).Append(_synthesized.One);
        foreach (var symbol in _synthesized.State.Concat(io))
            symbols[(symbol.Region, symbol.Offset)] = symbol.Name;
        return Disassembler.Disassemble(_synthesized.Bitstream, (region, offset) => symbols.GetValueOrDefault((region, offset)));
    }

    /// <summary>The operations of a step, forward and backward, level by level, then the gradient of each bank.</summary>
    public string Operations() => OperationsText.Write(_synthesized);

    private InspectedParameter Inspect(Parameter p)
    {
        var change = _synthesized.Changes.FirstOrDefault(c => c.Parameter == p.Bank.Parameter);
        return new(p.Name, p.LogicalUnits, p.Inputs, p.Rule.Name, p.Update.Kind, p.IsPlastic, p.IsShared,
            p.Feedback is null ? Feedback.Weights : LearningRules.Find(p.Rule.Name).Feedback)
        {
            Form = change?.Form ?? "",
            FormReason = change?.Why ?? "nothing changes it",
        };
    }

    private InspectedTerm Inspect(Costs.TermSpec spec, BoundTerm bound)
    {
        var names = _synthesized.Names;
        var derivative = new CostDerivative(_synthesized.Graph, names);
        var signals = derivative.Of(bound.Value).Where(d => !IsInput(names[d.Signal]));
        return new InspectedTerm(bound.Area, bound.Name, spec.Text.Text,
            [.. signals.Select(d => new InspectedDerivative(names[d.Signal], NodeText.Write(d.Derivative, names), derivative.CountOperations(d.Derivative)))]);
    }

    /// <summary>Nothing can change an input, so its derivative teaches nobody.</summary>
    private bool IsInput(string signal) =>
        Circuit.Streams.Any(s => s.Name == signal) || Circuit.Areas.Any(a => a.Name == signal && a.Reads is not null);

    private static InspectedPass Inspect(Pass pass) => new(
        [.. pass.Costs.Select(c => c.Spec.Area)], [.. pass.Teaches.Select(p => p.Name)], pass.Products, pass.Flops);
}

/// <summary>Something that learns: the bank of a projection, or a variable <c>area.name</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Units">Rows of the logical matrix.</param>
/// <param name="Inputs">Columns of the logical matrix.</param>
/// <param name="Rule">Its learning rule.</param>
/// <param name="Update">Its update.</param>
/// <param name="IsPlastic">Whether it may ever change.</param>
/// <param name="IsShared">Whether it uses the bank of another.</param>
/// <param name="Feedback">What carries teaching signals back through it.</param>
public sealed record InspectedParameter(
    string Name, int Units, int Inputs, string Rule, string Update, bool IsPlastic, bool IsShared, Feedback Feedback)
{
    /// <summary>How its bank changes: fused or split (an update), correlate or synapse (a <c>dw</c>); empty when nothing changes it.</summary>
    public string Form { get; init; } = "";

    /// <summary>Why it changes in that way.</summary>
    public string FormReason { get; init; } = "";

    /// <summary>Numbers of its own.</summary>
    public long Count => IsShared ? 0 : (long)Units * Inputs;
}

/// <summary>A cost term.</summary>
/// <param name="Area">The area that minimizes it.</param>
/// <param name="Term">Its name.</param>
/// <param name="Text">Its text.</param>
/// <param name="Derivatives">Its derivative for each signal it reads that something can change.</param>
public sealed record InspectedTerm(string Area, string Term, string Text, IReadOnlyList<InspectedDerivative> Derivatives);

/// <summary>The derivative of a cost term, for one sample.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Text">The derivative as an expression, cut when it is long.</param>
/// <param name="Operations">Operations it takes, shared ones counted once.</param>
public sealed record InspectedDerivative(string Signal, string Text, int Operations);

/// <summary>A backward pass.</summary>
/// <param name="Costs">Areas whose costs share it.</param>
/// <param name="Teaches">Names of the parameters it changes.</param>
/// <param name="Products">Matrix products it takes: backward products and gradients.</param>
/// <param name="MultiplyAdds">Multiply-adds of those for one sample.</param>
public sealed record InspectedPass(IReadOnlyList<string> Costs, IReadOnlyList<string> Teaches, int Products, long MultiplyAdds);
