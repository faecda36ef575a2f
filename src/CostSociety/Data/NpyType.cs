using System.Buffers.Binary;

namespace CostSociety.Data;

/// <summary>Types of elements that arrays are read of; all become 32-bit floats.</summary>
/// <param name="Descr">Its name in an .npy header.</param>
/// <param name="Size">Bytes of an element.</param>
/// <param name="IsWhole">Whether it holds whole numbers only, as classes are.</param>
/// <param name="Read">One element.</param>
internal sealed record NpyType(string Descr, int Size, bool IsWhole, NpyType.Reader Read)
{
    public delegate float Reader(ReadOnlySpan<byte> bytes);

    private static readonly NpyType[] _all =
    [
        new("<f4", 4, false, BinaryPrimitives.ReadSingleLittleEndian),
        new("<f8", 8, false, b => (float)BinaryPrimitives.ReadDoubleLittleEndian(b)),
        new("<f2", 2, false, b => (float)BinaryPrimitives.ReadHalfLittleEndian(b)),
        new("|u1", 1, true, b => b[0]),
        new("|i1", 1, true, b => (sbyte)b[0]),
        new("|b1", 1, true, b => b[0] != 0 ? 1 : 0),
        new("<u2", 2, true, b => BinaryPrimitives.ReadUInt16LittleEndian(b)),
        new("<i2", 2, true, b => BinaryPrimitives.ReadInt16LittleEndian(b)),
        new("<u4", 4, true, b => BinaryPrimitives.ReadUInt32LittleEndian(b)),
        new("<i4", 4, true, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
        new("<u8", 8, true, b => BinaryPrimitives.ReadUInt64LittleEndian(b)),
        new("<i8", 8, true, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
    ];

    /// <summary>The type of a name; other orders of bytes and other types are refused.</summary>
    public static NpyType Of(string descr) => _all.FirstOrDefault(t => t.Descr == descr) ?? throw new InvalidDataException(
        $"descr is '{descr}', but one of {string.Join(", ", _all.Select(t => t.Descr))} is expected; save with astype('<f4')");

    /// <summary>Elements as floats.</summary>
    public float[] Floats(ReadOnlySpan<byte> bytes)
    {
        float[] values = new float[bytes.Length / Size];
        for (int i = 0; i < values.Length; i++)
            values[i] = Read(bytes[(i * Size)..]);
        return values;
    }
}
