namespace CostSociety.Circuits;

/// <summary>Newest number of each file format; it grows only with a change that older programs cannot read.</summary>
internal static class Formats
{
    public const int Circuit = 1;

    public const int Costs = 1;
}
