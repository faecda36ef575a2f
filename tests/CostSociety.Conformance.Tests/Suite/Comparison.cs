using System.Text;

namespace CostSociety.Conformance.Tests;

/// <summary>How many written values were compared, and how many of them within a narrow bound.</summary>
public readonly record struct Tally(long Written, long Tight)
{
    public static Tally operator +(Tally a, Tally b) => new(a.Written + b.Written, a.Tight + b.Tight);

    public double TightShare => Written == 0 ? 1 : (double)Tight / Written;
}

/// <summary>Runs one bitstream on the oracle and on an executor, from equal memory, and compares every float.</summary>
public static class Comparison
{
    private const double Narrow = 1e-4;

    /// <summary>
    /// Runs the first entry point <paramref name="runs"/> times, steps counting up, and compares after each.
    /// </summary>
    public static Tally Check(
        IExecutor executor, Bitstream bitstream, MemoryImage image, Action<RunState> prepare, string label,
        int runs = 1)
    {
        using var oracle = new OracleExecutor();
        using var expected = oracle.Allocate(bitstream.Sizes);
        using var actual = executor.Allocate(bitstream.Sizes);
        image.CopyTo(expected);
        image.CopyTo(actual);
        using var reference = oracle.Load(bitstream);
        using var loaded = executor.Load(bitstream);
        var state = new RunState(bitstream.Registers) { Seed = 7 };
        prepare(state);
        var written = new WrittenElements(bitstream);
        var tally = default(Tally);
        for (int run = 0; run < runs; run++)
        {
            oracle.Run(reference, 0, expected, state);
            executor.Run(loaded, 0, actual, state);
            AssertRestUntouched(image, actual, written, $"{label}, run {run}", bitstream);
            tally += Compare(expected, actual, $"{label}, run {run}", bitstream);
            state.Step++;
        }
        return tally;
    }

    // To the bit: padding, canaries between operands and behind the last of them, and whatever is only read.
    private static void AssertRestUntouched(
        MemoryImage image, IFabricMemory actual, WrittenElements written, string label, Bitstream bitstream)
    {
        foreach (var region in Enum.GetValues<Region>())
        {
            var floats = new float[image[region].Length];
            actual.Read(region, 0, floats);
            for (int i = 0; i < floats.Length; i++)
                if (!written[region, i] && BitConverter.SingleToInt32Bits(floats[i]) != BitConverter.SingleToInt32Bits(image[region][i]))
                    Assert.Fail($"{label}: {region}[{i}] was {image[region][i]:R} and is {floats[i]:R}, but nothing writes there "
                        + $"({Place(bitstream, region, i)})\n{Listing(bitstream)}");
        }
    }

    private static Tally Compare(OracleMemory expected, IFabricMemory actual, string label, Bitstream bitstream)
    {
        var tally = default(Tally);
        foreach (var region in Enum.GetValues<Region>())
        {
            var values = expected.Region(region);
            var errors = expected.Errors(region);
            var floats = new float[values.Length];
            actual.Read(region, 0, floats);
            for (int i = 0; i < values.Length; i++)
            {
                if (!Agrees(values[i], errors[i], floats[i]))
                    Assert.Fail($"{label}: {region}[{i}] is {floats[i]:R}, expected {values[i]:R} +- {errors[i]:E2} "
                        + $"({Place(bitstream, region, i)})\n{Listing(bitstream)}");
                if (errors[i] > 0)
                    tally += new Tally(1, errors[i] <= Narrow * Math.Max(1, Math.Abs(values[i])) ? 1 : 0);
            }
        }
        return tally;
    }

    // Without an error the bits are given, but for the sign of zero. Nothing is promised beyond the range of float.
    private static bool Agrees(double value, double error, float actual)
    {
        if (error == 0)
            return (float)value == actual || (double.IsNaN(value) && float.IsNaN(actual));
        if (!(Math.Abs(value) + error < 1e38))
            return true;
        return Math.Abs(actual - value) <= error;
    }

    private static string Place(Bitstream bitstream, Region region, int index)
    {
        for (int i = 0; i < bitstream.Operands.Length; i++)
        {
            var operand = bitstream.Operands[i];
            if (operand.Region == region && index >= operand.Offset && index < operand.Offset + operand.Extent)
                return $"operand {i}, float {index - operand.Offset}";
        }
        return "outside of all operands";
    }

    private static string Listing(Bitstream bitstream)
    {
        var text = new StringBuilder();
        foreach (var instruction in bitstream.Instructions)
        {
            text.AppendLine(instruction.ToString());
            for (int i = 0; i < instruction.OperandCount; i++)
                text.AppendLine($"    {i}: {bitstream.Operands[instruction.FirstOperand + i]}");
            int each = instruction.Kind == InstructionKind.Synapse ? instruction.First : -1;
            foreach (int program in (ReadOnlySpan<int>)[each, instruction.Program])
                if (program >= 0)
                    foreach (var op in bitstream.Programs[program].Ops)
                        text.AppendLine($"        {program}: {op}");
        }
        return text.ToString();
    }
}
