using CostSociety.Circuits;
using CostSociety.Fabric;
using CostSociety.Fabric.Simd;
using CostSociety.Language;

namespace CostSociety.Peers.Costs;

/// <summary>
/// What a cost text becomes: a society with one area is synthesized, and of its bitstream only the instructions that
/// evaluate programs are kept. They also add the area's bias and store its activity.
/// </summary>
internal static class SynthesizedCost
{
    /// <summary>Synthesizes a cost and gives it its inputs.</summary>
    public static CostProgram Of(string text, float[] y, float[] t)
    {
        int samples = y.Length / CostProgram.Units;
        using var executor = new SimdExecutor(1);
        using var society = Society.Build(Read(text, samples), executor);
        var synthesized = society.Synthesized;
        var whole = synthesized.Bitstream;
        var cost = Cut(whole);
        var program = new CostProgram(cost, cost.Operands[cost.Terms[0].Post], Operand.Scalar(Region.Io, synthesized.CostRecords[0].Symbol.Offset));

        // What the projection would have written is y, with a bias of 0; t is the stream; every sample is valid.
        var drive = cost.Operands[whole.Instructions.First(i => i.Kind == InstructionKind.Project).FirstOperand + 2];
        program.Memory.Write(drive.Region, drive.Offset, y);
        program.Memory.Write(Region.Io, synthesized.Streams["t"].Offset, t);
        program.Memory.Write(Region.Io, synthesized.Valid.Offset, Enumerable.Repeat(1f, samples).ToArray());
        return program;
    }

    private static Bitstream Cut(Bitstream whole)
    {
        var learn = whole.EntryPoints[whole.EntryPointIndex("learn")];
        Instruction[] kept = [.. whole.Instructions.Skip(learn.First).Take(learn.Count).Where(i => i.Kind == InstructionKind.Evaluate)];
        return whole with
        {
            Instructions = kept,
            EntryPoints = [new EntryPoint("cost", 0, kept.Length, WritesState: true)],
            Operands = [.. whole.Operands.Select(o => Kept(o, whole.Sizes))],
            Sizes = whole.Sizes with { State = whole.Sizes.State + whole.Sizes.Scratch },
        };
    }

    /// <summary>What the projection left in scratch has to come from somewhere: scratch becomes state, which may be read before it is written.</summary>
    private static Operand Kept(Operand operand, MemorySizes sizes) =>
        operand.Region == Region.Scratch ? operand with { Region = Region.State, Offset = sizes.State + operand.Offset } : operand;

    private static Circuit Read(string text, int samples)
    {
        string circuit = $$"""
            {
              "format": 1,
              "name": "cost",
              "streams": { "x": { "source": "host", "shape": [16] }, "t": { "source": "host", "shape": [{{CostProgram.Units}}] } },
              "areas": { "eye": { "reads": "x" }, "y": { "units": {{CostProgram.Units}}, "activation": "linear" } },
              "projections": { "eye -> y": {} },
              "learning": { "rule": "backprop", "update": { "kind": "sgd" }, "batch": {{samples}} },
              "costs": "cost.costs.json"
            }
            """;
        string costs = $$"""{ "format": 1, "name": "cost", "costs": { "y": { "minimize": "{{text}}" } } }""";
        var diagnostics = new Diagnostics();
        var read = Circuit.Parse(new SourceText("cost.circuit.json", circuit), new SourceText("cost.costs.json", costs), overrides: null, diagnostics);
        diagnostics.ThrowIfErrors();
        return read!;
    }
}
