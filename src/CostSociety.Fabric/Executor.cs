namespace CostSociety.Fabric;

/// <summary>What the host sets before each run: registers, the step, and the seed of all noise.</summary>
public sealed class RunState(int registers)
{
    /// <summary>Host registers: scales, rates, counts, parameters.</summary>
    public float[] Registers { get; } = new float[registers];

    /// <summary>Counter 0: how many steps came before.</summary>
    public long Step { get; set; }

    /// <summary>Seed of all noise.</summary>
    public ulong Seed { get; set; }

    /// <summary>Which replica this is; part of every noise key.</summary>
    public uint Replica { get; set; }
}

/// <summary>The three memories of one fabric, on the device of the executor that made it.</summary>
public interface IFabricMemory : IDisposable
{
    /// <summary>Sizes in floats.</summary>
    MemorySizes Sizes { get; }

    /// <summary>Copies from the host into a region.</summary>
    void Write(Region region, int offset, ReadOnlySpan<float> source);

    /// <summary>Copies from a region to the host.</summary>
    void Read(Region region, int offset, Span<float> destination);

    /// <summary>A view of a region that is valid until the next run; no copy where the memory is the host's own.</summary>
    ReadOnlySpan<float> View(Region region, int offset, int length);

    /// <summary>
    /// A second fabric over the same state, with scratch and io of its own. The state stays this memory's: it goes when
    /// this one is disposed.
    /// </summary>
    /// <param name="scratch">Floats of its scratch.</param>
    /// <param name="io">Floats of its io.</param>
    IFabricMemory ShareState(int scratch, int io);

    /// <summary>One of many equal parts of this memory, which owns it; only of executors that load for many.</summary>
    /// <param name="sizes">Floats of each part.</param>
    /// <param name="index">Which one.</param>
    IFabricMemory Part(MemorySizes sizes, int index) => throw new NotSupportedException("this memory has no parts");
}

/// <summary>A verified bitstream, ready to run on one executor.</summary>
public interface ILoadedBitstream : IDisposable
{
    /// <summary>The bitstream it was made from.</summary>
    Bitstream Bitstream { get; }
}

/// <summary>Runs bitstreams. Holds no state of any society: memory and bitstreams are passed in.</summary>
public interface IExecutor : IDisposable
{
    /// <summary>Short name, as the command line knows it.</summary>
    string Name { get; }

    /// <summary>Kernels built since construction; on the SIMD executor always 0, since its kernels are part of the assembly.</summary>
    int KernelBuilds { get; }

    /// <summary>Allocates memory, all zero.</summary>
    IFabricMemory Allocate(MemorySizes sizes);

    /// <summary>Verifies a bitstream and makes it ready to run.</summary>
    /// <exception cref="BitstreamException">The bitstream is not valid.</exception>
    ILoadedBitstream Load(Bitstream bitstream);

    /// <summary>
    /// Verifies a bitstream and makes it ready to run for so many fabrics side by side, each on its own part of one memory, with
    /// the results each would have alone; null where that cannot be done. All share one <see cref="RunState"/>, which has one register more: the last holds the count.
    /// </summary>
    /// <param name="bitstream">The bitstream of one.</param>
    /// <param name="count">How many.</param>
    /// <param name="part">Memory of each; <see cref="IFabricMemory.Part"/> of what is allocated for the sizes of the result.</param>
    /// <exception cref="BitstreamException">The bitstream is not valid.</exception>
    ILoadedBitstream? LoadMany(Bitstream bitstream, int count, out MemorySizes part)
    {
        part = default;
        return null;
    }

    /// <summary>Runs one entry point to its end. Allocates nothing.</summary>
    void Run(ILoadedBitstream program, int entryPoint, IFabricMemory memory, RunState state);
}

/// <summary>A bitstream that breaks a rule of the encoding; the message names the instruction and the rule.</summary>
public sealed class BitstreamException(string message) : Exception(message);
