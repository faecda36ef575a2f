namespace CostSociety.Data;

/// <summary>The check sum of PNG chunks: CRC-32 with the polynomial edb88320, reflected.</summary>
internal static class Crc32
{
    private static readonly uint[] _table = [.. Enumerable.Range(0, 256).Select(n => Entry((uint)n))];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
            crc = _table[(byte)(crc ^ b)] ^ crc >> 8;
        return ~crc;
    }

    private static uint Entry(uint crc)
    {
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? 0xedb88320u ^ crc >> 1 : crc >> 1;
        return crc;
    }
}
