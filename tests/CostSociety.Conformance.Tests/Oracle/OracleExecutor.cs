namespace CostSociety.Conformance.Tests;

/// <summary>
/// The reference of all executors: scalar, in double precision, written straight from the semantics table. It also
/// carries how far a conforming executor may be from every value. With rounding to float it becomes the simplest
/// executor there is, which tests the tolerances and the suite itself.
/// </summary>
public sealed class OracleExecutor(bool roundToFloat = false) : IExecutor
{
    private readonly Rounding _rounding = new(roundToFloat);

    public string Name => roundToFloat ? "oracle-float" : "oracle";

    public int KernelBuilds => 0;

    public OracleMemory Allocate(MemorySizes sizes) => new(sizes, _rounding);

    IFabricMemory IExecutor.Allocate(MemorySizes sizes) => Allocate(sizes);

    public ILoadedBitstream Load(Bitstream bitstream) => new Loaded(bitstream);

    public void Run(ILoadedBitstream program, int entryPoint, IFabricMemory memory, RunState state)
    {
        var entry = program.Bitstream.EntryPoints[entryPoint];
        new OracleRun(program.Bitstream, (OracleMemory)memory, state, _rounding).Execute(entry.First, entry.Count);
    }

    public void Dispose()
    {
        // Nothing but managed objects.
    }

    private sealed record Loaded(Bitstream Bitstream) : ILoadedBitstream
    {
        public void Dispose()
        {
            // Nothing but managed objects.
        }
    }
}
