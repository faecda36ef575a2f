using System.Globalization;
using System.Text;

namespace CostSociety.Fabric;

/// <summary>Writes a bitstream as a listing to read, and to compare as text.</summary>
public static class Disassembler
{
    /// <summary>The listing; <paramref name="name"/> may give memory addresses the names of symbols.</summary>
    public static string Disassemble(Bitstream bitstream, Func<Region, int, string?>? name = null)
    {
        ArgumentNullException.ThrowIfNull(bitstream);
        return new Listing(bitstream, name).Write();
    }

    private sealed class Listing(Bitstream bitstream, Func<Region, int, string?>? name)
    {
        private readonly StringBuilder _text = new();

        public string Write()
        {
            var sizes = bitstream.Sizes;
            Line($"bitstream {bitstream.Version}: {bitstream.Instructions.Length} instructions, "
                + $"{bitstream.Registers} registers, {bitstream.Counters} counters");
            Line($"memory: state {sizes.State}, scratch {sizes.Scratch}, io {sizes.Io}");
            foreach (var entry in bitstream.EntryPoints)
                WriteEntry(entry);
            for (int i = 0; i < bitstream.Programs.Length; i++)
                WriteProgram(i, bitstream.Programs[i]);
            return _text.ToString();
        }

        private void Line(string line) => _text.Append(line).Append('\n');

        private void WriteEntry(EntryPoint entry)
        {
            Line("");
            Line($"{entry.Name}:{(entry.WritesState ? "" : "  (writes no state)")}");
            var ends = new Stack<int>();
            for (int i = entry.First; i < entry.First + entry.Count; i++)
            {
                while (ends.Count > 0 && ends.Peek() <= i)
                    ends.Pop();
                WriteInstruction(i, new string(' ', 2 * ends.Count));
                if (bitstream.Instructions[i].Kind == InstructionKind.Loop)
                    ends.Push(i + 1 + bitstream.Instructions[i].First);
            }
        }

        private void WriteInstruction(int index, string indent)
        {
            var instruction = bitstream.Instructions[index];
            string mark = instruction.IsBarrier ? "|" : " ";
            Line($"{index,5} {mark} {indent}{instruction.Kind,-11} {Details(instruction)}".TrimEnd());
            string margin = new(' ', 20 + indent.Length);
            for (int i = 0; i < instruction.OperandCount; i++)
                Line($"{margin}{"#" + i,-4}{Text(bitstream.Operands[instruction.FirstOperand + i])}");
            if (instruction.Kind == InstructionKind.Correlate)
                foreach (var term in bitstream.Terms.AsSpan(instruction.First, instruction.Count))
                    WriteTerm(margin, term);
        }

        private void WriteTerm(string margin, CorrelateTerm term)
        {
            Line($"{margin}{"+",-4}{Number(term.Coefficient)} * pre  {Text(bitstream.Operands[term.Pre])}");
            Line($"{margin}{"",-4}{new string(' ', Number(term.Coefficient).Length)} * post {Text(bitstream.Operands[term.Post])}");
        }

        private static string Details(in Instruction i)
        {
            var parts = new List<string>();
            if (i.Kind is InstructionKind.Evaluate or InstructionKind.Correlate or InstructionKind.Synapse)
                parts.Add($"{i.Rows}x{i.Cols}");
            if (i.Accumulates)
                parts.Add("accumulate");
            if ((i.Flags & InstructionFlags.TransposeA) != 0)
                parts.Add("transpose-a");
            if ((i.Flags & InstructionFlags.TransposeB) != 0)
                parts.Add("transpose-b");
            AddOfKind(parts, i);
            if (i.Program >= 0)
                parts.Add($"program {i.Program}");
            return string.Join("  ", parts);
        }

        private static void AddOfKind(List<string> parts, in Instruction i)
        {
            if (i.Kind == InstructionKind.Correlate && i.Register >= 0)
                parts.Add($"scale register[{i.Register}]");
            else if (i.Kind == InstructionKind.Loop)
                parts.Add($"{i.First} instructions, register[{i.Register}] times, counter {i.Count}");
            else if (i.Kind == InstructionKind.Rank)
                parts.Add($"k register[{i.Register}]");
            else if (i.Kind == InstructionKind.Gather)
                parts.Add(i.First < 0 ? $"by index, {Groups(i.Count)}" : $"table {i.First}");
            else if (i.Kind == InstructionKind.Synapse && i.First >= 0)
                parts.Add($"per sample: program {i.First}, {i.Count} samples{(i.Register < 0 ? "" : $", counter {i.Register}")}");
            else if (i.Kind is InstructionKind.Contract or InstructionKind.Scatter)
                parts.Add(Groups(i.First));
        }

        private static string Groups(int count) => count == 1 ? "1 group" : $"{count} groups";

        private string Text(in Operand o)
        {
            string symbol = name?.Invoke(o.Region, o.Offset) is { } known ? $"  ; {known}" : "";
            string region = o.Region.ToString().ToLowerInvariant();
            return $"{region}[{o.Offset}{Slot(o)}{Row(o)}{Column(o)}] {o.Rows}x{o.Cols}{symbol}";
        }

        private static string Slot(in Operand o)
        {
            if (o.Slots == 1)
                return "";
            string moved = o.SlotStep == 0 ? "" : $" + {Times(o.SlotStep, "counter" + o.Counter)}";
            return $" + (({o.Slot0}{moved}) mod {o.Slots})*{o.SlotStride}";
        }

        private static string Row(in Operand o) =>
            o.RowStride == 0 ? "" : $" + {Strided(o.RowRepeat == 1 ? "r" : $"(r/{o.RowRepeat})", o.RowStride)}";

        private static string Column(in Operand o) => (o.ColStride, o.TileStride) switch
        {
            (0, 0) => "",
            (1, Operand.TileCols) => " + c",
            (1, _) => $" + (c/16)*{o.TileStride} + c%16",
            _ => $" + (c/16)*{o.TileStride}",
        };

        private static string Strided(string what, int stride) => stride == 1 ? what : $"{what}*{stride}";

        private static string Times(int factor, string what) => factor == 1 ? what : $"{factor}*{what}";

        private static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

        private void WriteProgram(int index, FabricProgram program)
        {
            Line("");
            Line($"program {index}: {program.Registers} registers");
            for (int i = 0; i < program.NoiseKeys.Length; i++)
                Line($"      key {i} = {program.NoiseKeys[i]:x16}");
            for (int i = 0; i < program.Ops.Length; i++)
                Line($"{i,5}   {Operation(program.Ops[i])}".TrimEnd());
        }

        private static string Operation(in ProgramOp op)
        {
            var row = Semantics.Opcodes[(int)op.Code];
            string target = ProgramRules.Writes(op) ? $"r{op.Destination}{(op.PerRow ? "." : "")}" : $"#{op.Index}{(op.PerRow ? "." : "")}";
            var sources = new List<string>();
            if (row.Arity > 0)
                sources.Add($"r{op.A}");
            if (row.Arity > 1)
                sources.Add($"r{op.B}");
            if (row.Arity > 2)
                sources.Add($"r{op.C}");
            return $"{target,-5} = {row.Name,-10} {string.Join(", ", sources)}{Argument(op)}";
        }

        private static string Argument(in ProgramOp op) => op.Code switch
        {
            Opcode.Const => Number(op.Immediate),
            Opcode.Register => $"register[{op.Index}]",
            Opcode.Load => $"#{op.Index}",
            Opcode.Uniform or Opcode.Normal => $"key {op.Index}",
            _ => "",
        };
    }
}
