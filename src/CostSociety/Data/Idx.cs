using System.Buffers.Binary;

namespace CostSociety.Data;

/// <summary>
/// Reads idx files of unsigned bytes, the format of MNIST: two zeros, the type 8, the number of axes, the sizes as
/// big-endian 32-bit numbers, the values.
/// </summary>
internal static class Idx
{
    private const int UnsignedBytes = 8;
    private const int MostAxes = 4;

    /// <summary>The sizes of the axes; only the header is read.</summary>
    public static int[] Shape(string path) => BoundedStream.Named(path, () =>
    {
        using var stream = BoundedStream.Open(path);
        return Header(stream, BoundedStream.MostIn(path));
    });

    /// <summary>Sizes and values.</summary>
    public static (int[] Shape, byte[] Values) Load(string path) => BoundedStream.Named(path, () =>
    {
        using var stream = BoundedStream.Open(path);
        int[] shape = Header(stream, BoundedStream.MostIn(path));
        byte[] values = BoundedStream.ReadExactly(stream, Elements(shape), "the header");
        BoundedStream.ExpectEnd(stream, "the values");
        return (shape, values);
    });

    private static int[] Header(Stream stream, long most)
    {
        byte[] magic = BoundedStream.ReadExactly(stream, 4, "an idx file");
        if (magic is not [0, 0, UnsignedBytes, >= 1 and <= MostAxes])
            throw new InvalidDataException(
                $"begins with {Convert.ToHexString(magic)}; an idx file of unsigned bytes begins with 000008 and the number of axes, 1 to {MostAxes}");
        byte[] sizes = BoundedStream.ReadExactly(stream, 4 * magic[3], "the header");
        int[] shape = [.. Enumerable.Range(0, magic[3]).Select(i => Size(sizes, i))];
        if (Elements(shape) > Math.Min(most, BoundedStream.MostBytes))
            throw new InvalidDataException($"the header declares {string.Join(" x ", shape)} values, more than the file can hold");
        return shape;
    }

    private static int Size(byte[] sizes, int axis)
    {
        uint size = BinaryPrimitives.ReadUInt32BigEndian(sizes.AsSpan(4 * axis));
        return size is > 0 and <= int.MaxValue ? (int)size : throw new InvalidDataException($"the header declares an axis of {size} values");
    }

    /// <summary>The number of values, cut at a number that nothing may have.</summary>
    private static long Elements(int[] shape) => shape.Aggregate(1L, (a, b) => Math.Min(a * b, 1L << 31));
}
