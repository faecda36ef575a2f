using System.Globalization;
using System.Runtime.InteropServices;

namespace CostSociety.Runs;

/// <summary>Element types that a checkpoint may hold, by their safetensors names.</summary>
public enum StoredType
{
    /// <summary>32-bit floats: state.</summary>
    F32,

    /// <summary>Signed 64-bit integers: counters.</summary>
    I64,

    /// <summary>Unsigned 64-bit integers: counters, seeds.</summary>
    U64,
}

/// <summary>A named array with a shape. The values are not copied.</summary>
public sealed class StoredTensor
{
    private readonly Array _values;

    private StoredTensor(string name, ReadOnlySpan<long> shape, StoredType type, Array values)
    {
        (Name, Shape, Type, _values) = (name, shape.ToArray(), type, values);
        if (ElementsOf(shape) != values.LongLength)
            throw new CheckpointException($"tensor '{name}' has {values.LongLength} values, but its shape "
                + $"{ShapeText(shape)} takes {ElementsOf(shape)?.ToString(CultureInfo.InvariantCulture) ?? "too many"}");
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Sizes, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Type of its elements.</summary>
    public StoredType Type { get; }

    /// <summary>Number of elements.</summary>
    public long Elements => _values.LongLength;

    /// <summary>Number of bytes in a file.</summary>
    public long ByteCount => Elements * WidthOf(Type);

    /// <summary>A tensor of floats.</summary>
    public static StoredTensor Of(string name, ReadOnlySpan<long> shape, float[] values) =>
        new(name, shape, StoredType.F32, values);

    /// <summary>A tensor of signed integers.</summary>
    public static StoredTensor Of(string name, ReadOnlySpan<long> shape, long[] values) =>
        new(name, shape, StoredType.I64, values);

    /// <summary>A tensor of unsigned integers.</summary>
    public static StoredTensor Of(string name, ReadOnlySpan<long> shape, ulong[] values) =>
        new(name, shape, StoredType.U64, values);

    /// <summary>Its values as floats.</summary>
    /// <exception cref="CheckpointException">It has another type.</exception>
    public float[] Floats() => _values as float[] ?? throw WrongType("F32");

    /// <summary>Its values as signed integers.</summary>
    /// <exception cref="CheckpointException">It has another type.</exception>
    public long[] Longs() => Type == StoredType.I64 ? (long[])_values : throw WrongType("I64");

    /// <summary>Its values as unsigned integers.</summary>
    /// <exception cref="CheckpointException">It has another type.</exception>
    public ulong[] UnsignedLongs() => Type == StoredType.U64 ? (ulong[])_values : throw WrongType("U64");

    internal static int WidthOf(StoredType type) => type == StoredType.F32 ? 4 : 8;

    internal static string ShapeText(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    /// <summary>Number of elements of a shape, or null when it does not fit 63 bits or a size is negative.</summary>
    internal static long? ElementsOf(ReadOnlySpan<long> shape)
    {
        UInt128 elements = 1;
        foreach (long size in shape)
        {
            if (size < 0 || (size > 0 && elements > long.MaxValue / (UInt128)size))
                return null;
            elements *= (UInt128)size;
        }
        return (long)elements;
    }

    internal static StoredTensor Empty(string name, ReadOnlySpan<long> shape, StoredType type, long elements) => type switch
    {
        StoredType.F32 => Of(name, shape, new float[elements]),
        StoredType.I64 => Of(name, shape, new long[elements]),
        _ => Of(name, shape, new ulong[elements]),
    };

    /// <summary>A part of the values as bytes, in the order of the machine, which is little-endian.</summary>
    internal Span<byte> Bytes(int first, int count) => Type switch
    {
        StoredType.F32 => MemoryMarshal.AsBytes(((float[])_values).AsSpan(first, count)),
        StoredType.I64 => MemoryMarshal.AsBytes(((long[])_values).AsSpan(first, count)),
        _ => MemoryMarshal.AsBytes(((ulong[])_values).AsSpan(first, count)),
    };

    private CheckpointException WrongType(string expected) =>
        new($"tensor '{Name}' has type {Type}, but {expected} is expected");
}
