using System.Text;

namespace CostSociety.Runs;

/// <summary>
/// Writes a file whole or not at all: into a temporary file of the same folder, to the disk, then renamed over
/// the old one. Whoever reads the name sees the old content or the new, never a part.
/// </summary>
public static class AtomicFile
{
    private const int NoSpaceUnix = 28;
    private const int ReadOnlyUnix = 30;
    private const int NoSpaceWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    /// <summary>Writes a file with whatever <paramref name="write"/> puts into the stream.</summary>
    /// <exception cref="IOException">It cannot be written; the old file, if any, is as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            WriteThrough(temporary, write);
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e)
        {
            DeleteQuietly(temporary);
            if (e is IOException or UnauthorizedAccessException)
                throw Explained(path, e);
            throw;
        }
    }

    /// <summary>Writes a text as UTF-8.</summary>
    /// <exception cref="IOException">It cannot be written; the old file, if any, is as it was.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    internal static IOException Explained(string path, Exception cause) =>
        new($"cannot write '{path}': {Remedy(cause)}", cause);

    /// <summary>What to do about a failure that lies with the disk or its permissions, or null for any other.</summary>
    public static string? RemedyOf(Exception cause) => cause switch
    {
        UnauthorizedAccessException or { HResult: ReadOnlyUnix } =>
            "the folder cannot be written to; change its permissions or choose another with --out",
        DirectoryNotFoundException => "its folder does not exist; create it or choose another with --out",
        { HResult: NoSpaceUnix or NoSpaceWindows or HandleDiskFullWindows } =>
            "the disk is full; free some space or choose another folder with --out",
        _ => null,
    };

    private static string Remedy(Exception cause) =>
        RemedyOf(cause) ?? $"{cause.Message.TrimEnd('.')}; check the disk or choose another folder with --out";

    private static void WriteThrough(string path, Action<Stream> write)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        write(stream);
        stream.Flush(flushToDisk: true);
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
