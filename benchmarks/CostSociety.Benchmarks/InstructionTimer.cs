using System.Diagnostics;
using CostSociety.Fabric;
using CostSociety.Fabric.Simd;

namespace CostSociety.Benchmarks;

/// <summary>Times the instructions of a society's learn entry point one by one, each as a bitstream of its own over the society's memory.</summary>
internal sealed class InstructionTimer : IDisposable
{
    private const int Blocks = 40;
    private const double BlockMicroseconds = 400;

    private readonly WorkerPool _pool;
    private readonly Society _society;
    private readonly Bitstream _bitstream;
    private readonly RunState _state;

    /// <summary>Builds the society and lets it learn a little, so that memory holds what it holds in training.</summary>
    public InstructionTimer(ChainCircuit chain, int threads)
    {
        _pool = new WorkerPool(threads);
        _society = Society.Build(chain.Read());
        var (inputs, labels) = chain.Samples();
        for (int i = 0; i < 10; i++)
            _society.Step(inputs, labels);
        _bitstream = _society.Synthesized.Bitstream;
        _state = new RunState(_bitstream.Registers);
        _state.Registers.AsSpan().Fill(1e-4f);
    }

    /// <summary>The instructions of a learning step, in order.</summary>
    public IEnumerable<Instruction> Instructions
    {
        get
        {
            var learn = _bitstream.EntryPoints[_bitstream.EntryPointIndex("learn")];
            return _bitstream.Instructions.Skip(learn.First).Take(learn.Count);
        }
    }

    /// <summary>The operands of an instruction.</summary>
    public ReadOnlySpan<Operand> Operands(in Instruction instruction) =>
        _bitstream.Operands.AsSpan(instruction.FirstOperand, instruction.OperandCount);

    /// <summary>Rows of the signals of a product.</summary>
    public int RowsOf(in Instruction instruction) => instruction.Kind == InstructionKind.Correlate
        ? _bitstream.Operands[_bitstream.Terms[instruction.First].Post].Rows : Operands(instruction)[0].Rows;

    /// <summary>Microseconds of one run: 10th percentile and median of the blocks.</summary>
    public (double Quiet, double Median) Time(in Instruction instruction)
    {
        // Alone it reads what nothing wrote before it, which the verifier would refuse: here the steps before did.
        var alone = _bitstream with { Instructions = [instruction], EntryPoints = [new EntryPoint("one", 0, 1, WritesState: true)] };
        using var loaded = new SimdBitstream(alone, _pool, KnownPrograms.Full);
        int runs = Math.Max(1, (int)(BlockMicroseconds / Block(loaded, 3)));
        double[] times = new double[Blocks];
        for (int i = 0; i < Blocks; i++)
            times[i] = Block(loaded, runs);
        Array.Sort(times);
        return (times[Blocks / 10], times[Blocks / 2]);
    }

    public void Dispose()
    {
        _society.Dispose();
        _pool.Dispose();
    }

    private double Block(SimdBitstream loaded, int runs)
    {
        var memory = (SimdMemory)_society.Memory;
        loaded.Run(0, memory, _state);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < runs; i++)
            loaded.Run(0, memory, _state);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / runs;
    }
}
