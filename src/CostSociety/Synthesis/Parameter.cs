using CostSociety.Circuits;
using CostSociety.Fabric;
using CostSociety.Learning;

namespace CostSociety.Synthesis;

/// <summary>
/// What learns: the bank of a projection, or a per-unit variable of an area. It is the unit of scope, of plasticity and
/// of updates; it has one optimizer state.
/// </summary>
internal sealed class Parameter
{
    /// <summary>Name of the projection, or <c>area.variable</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its place among all parameters.</summary>
    public int Number { get; set; }

    /// <summary>The area it belongs to.</summary>
    public required string Area { get; init; }

    /// <summary>Its values: [inputs, units], one such bank a site where sites have weights of their own; a variable has one input.</summary>
    public required Symbol Bank { get; init; }

    /// <summary>The projection, or null for a variable.</summary>
    public ProjectionSpec? Projection { get; init; }

    /// <summary>Initial value of a variable.</summary>
    public double Initial { get; init; }

    /// <summary>Its rule.</summary>
    public required RuleSpec Rule { get; init; }

    /// <summary>Its update.</summary>
    public required UpdateSpec Update { get; init; }

    /// <summary>Whether it may ever change.</summary>
    public required bool IsPlastic { get; init; }

    /// <summary>The bank that carries teaching signals back: W itself, fixed random, or derived from W.</summary>
    public Symbol? Feedback { get; set; }

    /// <summary>1 where a synapse exists, else 0; null when all exist.</summary>
    public Symbol? Mask { get; set; }

    /// <summary>State of the update, in the order of the update's text: momenta and the like.</summary>
    public List<Symbol> Moments { get; } = [];

    /// <summary>Whether another parameter's bank is used.</summary>
    public bool IsShared => Projection?.BankOf is not null;

    /// <summary>Whether it is one value a unit that multiplies or adds: a variable, or synapses from one unit to one.</summary>
    public bool IsVector => Projection is null or { OneToOne: true };

    /// <summary>What limits its weights; a variable is free.</summary>
    public SynapseSpec Synapses => Projection?.Synapses ?? SynapseSpec.Free;

    /// <summary>Whether gradients of costs change its bank; the rule of the projection that owns the bank decides.</summary>
    public bool UsesGradient => LearningRules.Find(Bank.Parameter!.Rule.Name).UsesGradient;

    public int Inputs => Bank.Rows;

    /// <summary>Units of one bank.</summary>
    public int Units => Bank.Cols;

    /// <summary>Sites that have weights of their own; 1 where all share them.</summary>
    public int Sites => Bank.Slots;

    /// <summary>Rows of the logical matrix [units, inputs].</summary>
    public int LogicalUnits => Units * Sites;

    /// <summary>Inputs of a unit, or units that an input reaches.</summary>
    public int Fan(bool isOut) => isOut && !IsVector ? Units : Inputs;

    /// <summary>The bank as a vector that this parameter's uses read; gradients find their owner by it.</summary>
    public Symbol Values { get; private set; } = null!;

    /// <summary>Makes <see cref="Values"/>, once its bank has its place.</summary>
    public void MakeValues() => Values = IsShared ? Bank.For(this) : Bank;
}
