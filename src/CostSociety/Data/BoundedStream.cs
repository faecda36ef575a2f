using System.IO.Compression;

namespace CostSociety.Data;

/// <summary>
/// Reads as many bytes as a file declares, no more, and never allocates much more than what really follows: a header
/// that lies costs no memory.
/// </summary>
internal static class BoundedStream
{
    /// <summary>Most bytes of one array of a file.</summary>
    public const long MostBytes = 1L << 30;

    /// <summary>Deflate cannot pack more than this into one byte.</summary>
    public const int MostExpansion = 1032;

    private const int Chunk = 1 << 20;

    /// <summary>A file, unpacked when its name ends in <c>.gz</c>.</summary>
    public static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>Most bytes that the file can hold once unpacked.</summary>
    public static long MostIn(string path)
    {
        long length = new FileInfo(path).Length;
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? length * MostExpansion : length;
    }

    /// <summary>Exactly a number of bytes.</summary>
    /// <exception cref="InvalidDataException">Fewer follow, or more than anything may have.</exception>
    public static byte[] ReadExactly(Stream stream, long count, string what)
    {
        if (count > MostBytes)
            throw new InvalidDataException($"{what} declares {count} bytes; at most {MostBytes} are read");
        byte[] bytes = new byte[Math.Min(count, Chunk)];
        int read = 0;
        while (read < count)
        {
            if (read == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
            int got = stream.Read(bytes, read, bytes.Length - read);
            if (got == 0)
                throw new InvalidDataException($"cut off: {what} declares {count} bytes, but {read} follow");
            read += got;
        }
        return bytes;
    }

    /// <summary>Refuses bytes after the last one that is declared.</summary>
    public static void ExpectEnd(Stream stream, string what)
    {
        if (stream.ReadByte() >= 0)
            throw new InvalidDataException($"more bytes follow {what} than its header declares");
    }

    /// <summary>Runs a reader; what it refuses is told with the file's name.</summary>
    public static T Named<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: {e.Message.TrimEnd('.')}", e);
        }
    }
}
