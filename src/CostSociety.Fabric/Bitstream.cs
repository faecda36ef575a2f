namespace CostSociety.Fabric;

/// <summary>A named range of instructions that runs on its own, such as <c>learn</c> or <c>predict</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="First">First instruction.</param>
/// <param name="Count">Number of instructions.</param>
/// <param name="WritesState">Whether it may write the state region.</param>
public readonly record struct EntryPoint(string Name, int First, int Count, bool WritesState);

/// <summary>Sizes of the three memories, in floats.</summary>
/// <param name="State">Floats that a checkpoint holds.</param>
/// <param name="Scratch">Floats made anew in every run.</param>
/// <param name="Io">Floats exchanged with the host.</param>
public readonly record struct MemorySizes(int State, int Scratch, int Io);

/// <summary>
/// Everything a fabric runs, as plain data: instructions, the tables they point into and the memory they need.
/// The same bitstream runs on every executor.
/// </summary>
public sealed record Bitstream
{
    /// <summary>Version of this encoding; executors refuse any other.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the encoding of this bitstream.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>All instructions; entry points are ranges of them.</summary>
    public required Instruction[] Instructions { get; init; }

    /// <summary>All operands.</summary>
    public required Operand[] Operands { get; init; }

    /// <summary>Terms of Correlate.</summary>
    public required CorrelateTerm[] Terms { get; init; }

    /// <summary>All programs.</summary>
    public required FabricProgram[] Programs { get; init; }

    /// <summary>Tables of Gather.</summary>
    public required GatherTable[] Tables { get; init; }

    /// <summary>What can be run.</summary>
    public required EntryPoint[] EntryPoints { get; init; }

    /// <summary>Memory needed.</summary>
    public required MemorySizes Sizes { get; init; }

    /// <summary>Number of host registers.</summary>
    public required int Registers { get; init; }

    /// <summary>Number of counters, counter 0 (the step) included.</summary>
    public required int Counters { get; init; }

    /// <summary>Index of an entry point.</summary>
    /// <exception cref="ArgumentException">There is no entry point of that name.</exception>
    public int EntryPointIndex(string name)
    {
        for (int i = 0; i < EntryPoints.Length; i++)
            if (EntryPoints[i].Name == name)
                return i;
        throw new ArgumentException($"the bitstream has no entry point '{name}'", nameof(name));
    }
}
