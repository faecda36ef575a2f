namespace CostSociety.Tests.Laws;

/// <summary>Tests that watch the whole process, and so run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
