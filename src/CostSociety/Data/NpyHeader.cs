using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CostSociety.Data;

/// <summary>The header of an .npy file: a Python dictionary of exactly three keys.</summary>
/// <param name="Type">Type of the elements.</param>
/// <param name="Shape">Sizes, outermost first.</param>
internal sealed partial record NpyHeader(NpyType Type, int[] Shape)
{
    private const int MostAxes = 8;
    private const int LongestHeader = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Number of elements, cut at a number that nothing may have.</summary>
    public long Elements => Shape.Aggregate(1L, (a, b) => Math.Min(a * b, 1L << 40));

    /// <summary>Bytes of the elements.</summary>
    public long Bytes => Elements * Type.Size;

    /// <summary>Reads everything before the elements.</summary>
    public static NpyHeader Read(Stream stream)
    {
        byte[] start = new byte[8];
        int got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (got < start.Length || !start.AsSpan().StartsWith(Magic))
            throw new InvalidDataException("not an .npy file");
        if (start[6] is < 1 or > 3 || start[7] != 0)
            throw new InvalidDataException($".npy version {start[6]}.{start[7]}; expected 1.0, 2.0 or 3.0");
        byte[] size = BoundedStream.ReadExactly(stream, start[6] == 1 ? 2 : 4, "an .npy file");
        long length = size.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > LongestHeader)
            throw new InvalidDataException($"a header of {length} bytes; at most {LongestHeader} are read");
        return Parse(Encoding.Latin1.GetString(BoundedStream.ReadExactly(stream, length, "the start")));
    }

    /// <summary>Reads the dictionary; only the last axis may be the fastest.</summary>
    private static NpyHeader Parse(string header)
    {
        var type = NpyType.Of(Value(header, DescrPattern(), "descr"));
        if (Value(header, OrderPattern(), "fortran_order") != "False")
            throw new InvalidDataException("fortran_order is 'True', but 'False' is expected; save np.ascontiguousarray(a)");
        string[] sizes = Value(header, ShapePattern(), "shape").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (sizes.Length is 0 or > MostAxes)
            throw new InvalidDataException($"an array of {sizes.Length} axes; expected 1 to {MostAxes}");
        return new NpyHeader(type, [.. sizes.Select(Size)]);
    }

    private static string Value(string header, Regex pattern, string key)
    {
        if (!WholePattern().IsMatch(header))
            throw new InvalidDataException("the header is not a dictionary that ends with a line break");
        var matches = pattern.Matches(header);
        return matches.Count == 1 ? matches[0].Groups[1].Value : throw new InvalidDataException($"the header needs '{key}' once");
    }

    private static int Size(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            ? size
            : throw new InvalidDataException($"'{text}' is no size of an axis");

    [GeneratedRegex(@"\A\{[^{}]*\} *\n\z")]
    private static partial Regex WholePattern();

    [GeneratedRegex("'descr' *: *'([^']*)'")]
    private static partial Regex DescrPattern();

    [GeneratedRegex("'fortran_order' *: *(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape' *: *\(([^()]*)\)")]
    private static partial Regex ShapePattern();
}
