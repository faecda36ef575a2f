using CostSociety.Circuits;
using CostSociety.Fabric;
using CostSociety.Fabric.Simd;
using CostSociety.Language;
using CostSociety.Synthesis;

namespace CostSociety.Benchmarks;

/// <summary>
/// The cost of one area as the pipeline makes it from its text: value and gradient of a step, without the products beside
/// it. What those would have left in scratch stands in state, so that it can be filled once.
/// </summary>
internal sealed class CostProgram : IDisposable
{
    private readonly SimdExecutor _executor = new(1);
    private readonly ILoadedBitstream _loaded;
    private readonly IFabricMemory _memory;
    private readonly RunState _state;

    /// <param name="cost">Text of a cost that reads the activity <c>y</c> and the stream <c>target</c>.</param>
    /// <param name="rows">Samples of a batch.</param>
    /// <param name="cols">Units.</param>
    public CostProgram(string cost, int rows, int cols)
    {
        var diagnostics = new Language.Diagnostics();
        var circuit = Parse(cost, rows, cols, diagnostics);
        var bitstream = Synthesizer.Run(circuit!, circuit!.Costs, diagnostics)?.Bitstream;
        diagnostics.ThrowIfErrors();
        var programs = ProgramsOf(bitstream!);
        _loaded = _executor.Load(programs);
        _memory = _executor.Allocate(programs.Sizes);
        _state = new RunState(programs.Registers);
        Fill(programs.Sizes);
    }

    public void Run() => _executor.Run(_loaded, 0, _memory, _state);

    public void Dispose()
    {
        _loaded.Dispose();
        _memory.Dispose();
        _executor.Dispose();
    }

    private void Fill(MemorySizes sizes)
    {
        var random = new Random(1);
        foreach (var (region, size) in new[] { (Region.State, sizes.State), (Region.Io, sizes.Io) })
            _memory.Write(region, 0, Enumerable.Range(0, size).Select(_ => random.NextSingle() - 0.5f).ToArray());
    }

    private static Bitstream ProgramsOf(Bitstream bitstream)
    {
        var (_, first, count, _) = bitstream.EntryPoints[bitstream.EntryPointIndex("learn")];
        Instruction[] programs = [.. bitstream.Instructions[first..(first + count)].Where(i => i.Kind == InstructionKind.Evaluate)];
        int state = bitstream.Sizes.State;
        return bitstream with
        {
            Instructions = programs,
            Operands = Array.ConvertAll(
                bitstream.Operands, o => o.Region == Region.Scratch ? o with { Region = Region.State, Offset = o.Offset + state } : o),
            EntryPoints = [new EntryPoint("learn", 0, programs.Length, WritesState: true)],
            Sizes = bitstream.Sizes with { State = state + bitstream.Sizes.Scratch },
        };
    }

    private static Circuit? Parse(string cost, int rows, int cols, Language.Diagnostics diagnostics)
    {
        string text = $$"""
            {
              "format": 1,
              "name": "program",
              "streams": { "image": { "source": "host", "shape": [16] }, "target": { "source": "host", "shape": [{{cols}}] } },
              "areas": { "eye": { "reads": "image" }, "y": { "units": {{cols}}, "dynamics": "activity = basal" } },
              "projections": { "eye -> y": {} },
              "learning": { "update": { "kind": "sgd", "rate": 0.001 }, "batch": {{rows}}, "seed": 1 },
              "costs": "program.costs.json"
            }
            """;
        string costs = $$"""
            { "format": 1, "name": "program", "parameters": { "lambda": 0.1 }, "costs": { "y": { "minimize": "mean({{cost}})" } } }
            """;
        return Circuit.Parse(
            new SourceText("program.circuit.json", text), new SourceText("program.costs.json", costs), overrides: null, diagnostics);
    }
}
