using CostSociety.Circuits;

namespace CostSociety.Report;

/// <summary>What stands where in a circuit: areas by depth, what they minimize, and what joins them.</summary>
/// <param name="Name">Name of the circuit.</param>
/// <param name="Streams">Inputs.</param>
/// <param name="Areas">Areas, in the order of the circuit.</param>
/// <param name="Projections">Projections, in the order of the circuit.</param>
/// <param name="Stages">Names of the stages of development, in order.</param>
public sealed record Floorplan(
    string Name, IReadOnlyList<FloorplanStream> Streams, IReadOnlyList<FloorplanArea> Areas,
    IReadOnlyList<FloorplanProjection> Projections, IReadOnlyList<string> Stages)
{
    /// <summary>Tiles of all areas.</summary>
    public int Tiles => Areas.Sum(area => area.Tiles);

    /// <summary>Weights of all banks; a shared one counts once.</summary>
    public long Weights => Projections.Sum(projection => projection.Weights);

    /// <summary>The plan of a circuit.</summary>
    public static Floorplan From(Circuit circuit) => FloorplanBuilder.Build(circuit);
}

/// <summary>An input.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Shape of one sample.</param>
/// <param name="Source">Where its values come from.</param>
/// <param name="ReadBy">Areas whose activity it is.</param>
/// <param name="UsedBy">Areas whose cost names it.</param>
public sealed record FloorplanStream(
    string Name, IReadOnlyList<int> Shape, string Source, IReadOnlyList<string> ReadBy, IReadOnlyList<string> UsedBy);

/// <summary>An area.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">[units], or [maps, height, width].</param>
/// <param name="Activation">Its activation, its dynamics, or the stream that it reads.</param>
/// <param name="Terms">Terms of its cost.</param>
/// <param name="PlasticIn">For each stage, whether its own parameters learn.</param>
/// <param name="Depth">Projections from the inputs to here on the longest way.</param>
public sealed record FloorplanArea(
    string Name, IReadOnlyList<int> Shape, string Activation, IReadOnlyList<string> Terms, IReadOnlyList<bool> PlasticIn, int Depth)
{
    /// <summary>Units of one tile of the fabric.</summary>
    public const int UnitsPerTile = 16;

    /// <summary>Number of units.</summary>
    public int Units => Shape.Aggregate(1, (a, b) => a * b);

    /// <summary>Number of tiles.</summary>
    public int Tiles => (Units + UnitsPerTile - 1) / UnitsPerTile;
}

/// <summary>Synapses of one area into a compartment of another.</summary>
/// <param name="Name">Its name.</param>
/// <param name="From">Area that sends.</param>
/// <param name="To">Area that receives.</param>
/// <param name="Compartment">Compartment of the receiving area.</param>
/// <param name="Kind"><c>dense</c>, <c>3x3 shared</c>, <c>transpose of ...</c>.</param>
/// <param name="Weights">Weights of its own bank; 0 when it uses another's.</param>
/// <param name="Feedback">Whether it ends in another compartment than <c>basal</c>, is delayed, or closes a circle.</param>
/// <param name="PlasticIn">For each stage, whether it learns; one entry when there are no stages.</param>
public sealed record FloorplanProjection(
    string Name, string From, string To, string Compartment, string Kind, long Weights, bool Feedback, IReadOnlyList<bool> PlasticIn);
