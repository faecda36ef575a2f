using System.Runtime.CompilerServices;

namespace CostSociety.Fabric;

/// <summary>Rules that depend on the order of instructions: loops, barriers, and what may be read.</summary>
internal sealed class EntryPointCheck(Bitstream bitstream, EntryPoint entry)
{
    private readonly AccessSet _wave = new();
    private readonly IntervalSet _written = new();
    private readonly List<MemoryAccess> _accesses = [];
    private readonly List<int> _counters = [];

    public void Verify() => VerifyRange(entry.First, entry.First + entry.Count);

    private void VerifyRange(int first, int end)
    {
        for (int i = first; i < end; i++)
            if (bitstream.Instructions[i].Kind == InstructionKind.Loop)
                i = VerifyLoop(i, end);
            else
                VerifyInstruction(i);
    }

    private int VerifyLoop(int index, int end)
    {
        var loop = bitstream.Instructions[index];
        int bodyEnd = index + 1 + loop.First;
        Require(index, bodyEnd <= end, $"its body ends at instruction {bodyEnd - 1}, outside what encloses it");
        Require(index, _counters.Count < Verifier.MaxLoopDepth, $"loops nest deeper than {Verifier.MaxLoopDepth}");
        Require(index, !_counters.Contains(loop.Count), $"counter {loop.Count} is already used by an enclosing loop");
        _counters.Add(loop.Count);
        _wave.Clear();
        VerifyRange(index + 1, bodyEnd);
        _wave.Clear();
        _counters.RemoveAt(_counters.Count - 1);
        return bodyEnd - 1;
    }

    private void VerifyInstruction(int index)
    {
        var accesses = _accesses;
        Barriers.List(accesses, bitstream.Instructions[index], bitstream.Operands, bitstream.Terms, bitstream.Programs);
        VerifyCounters(index);
        VerifyBarrier(index, accesses);
        foreach (var access in accesses)
        {
            if (!access.Writes && access.Region == Region.Scratch)
                Require(index, _written.Contains(access.Start, access.End), $"reads scratch {access.Start} to {access.End - 1} before it is written");
            if (access.Writes && access.Region == Region.State)
                Require(index, entry.WritesState, $"writes state, which entry point '{entry.Name}' must not");
        }
        foreach (var access in accesses)
            if (access.Writes && access.Region == Region.Scratch)
                MarkWritten(access.Start, access.End);
    }

    private void VerifyBarrier(int index, List<MemoryAccess> accesses)
    {
        bool barrier = bitstream.Instructions[index].IsBarrier;
        Require(index, barrier || !_wave.Conflicts(accesses),
            "touches what an instruction since the last barrier touches, but carries no barrier flag");
        if (barrier)
            _wave.Clear();
        _wave.Add(accesses);
    }

    private void VerifyCounters(int index)
    {
        var instruction = bitstream.Instructions[index];
        int samples = instruction.Kind == InstructionKind.Synapse ? instruction.Register : -1;
        Require(index, samples < 0 || !_counters.Contains(samples), $"counter {samples} is already used by an enclosing loop");
        for (int i = 0; i < instruction.OperandCount; i++)
            VerifyCounter(index, bitstream.Operands[instruction.FirstOperand + i], samples);
        if (instruction.Kind == InstructionKind.Correlate)
            foreach (var term in bitstream.Terms.AsSpan(instruction.First, instruction.Count))
            {
                VerifyCounter(index, bitstream.Operands[term.Pre]);
                VerifyCounter(index, bitstream.Operands[term.Post]);
            }
    }

    // The samples of a Synapse count inside of it.
    private void VerifyCounter(int index, in Operand operand, int samples = -1) =>
        Require(index,
            operand.Counter == 0 || operand.SlotStep == 0 || operand.Counter == samples || _counters.Contains(operand.Counter),
            $"an operand moves with counter {operand.Counter}, but no loop around it counts there");

    // Ranges are joined across the padding of a tile, which nothing reads.
    private void MarkWritten(long start, long end) =>
        _written.Add(start, (end + Operand.TileCols - 1) / Operand.TileCols * Operand.TileCols);

    private void Require(int index, bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref RuleText rule)
    {
        if (!condition)
            Require(index, false, rule.Finish());
    }

    private void Require(int index, bool condition, string rule)
    {
        if (!condition)
            throw new BitstreamException(
                $"instruction {index} ({bitstream.Instructions[index].Kind}) in entry point '{entry.Name}': {rule}");
    }
}
