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
                throw Explained(path, e, isFolder: false);
            throw;
        }
    }

    /// <summary>Makes a folder with those above it, if it is not there.</summary>
    /// <exception cref="IOException">It cannot be made; the message says what is in the way.</exception>
    public static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Explained(path, e, isFolder: true);
        }
    }

    /// <summary>Writes a text as UTF-8.</summary>
    /// <exception cref="IOException">It cannot be written; the old file, if any, is as it was.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>The failure to write a file or to make a folder, with what is in the way and what to do about it.</summary>
    internal static IOException Explained(string path, Exception cause, bool isFolder) =>
        new($"cannot write '{path}': {Obstacle(path, isFolder) ?? Remedy(path, cause, isFolder)}", cause);

    /// <summary>What to do about a failure that lies with the disk or its permissions, or null for any other.</summary>
    public static string? RemedyOf(Exception cause) => cause switch
    {
        UnauthorizedAccessException or { HResult: ReadOnlyUnix } =>
            "the folder cannot be written to; change its permissions or choose another folder",
        DirectoryNotFoundException => "its folder does not exist; create it or choose another folder",
        { HResult: NoSpaceUnix or NoSpaceWindows or HandleDiskFullWindows } =>
            "the disk is full; free some space or choose another folder",
        _ => null,
    };

    private static string Remedy(string path, Exception cause, bool isFolder)
    {
        string? parent = Path.GetDirectoryName(Path.GetFullPath(path));
        return cause is DirectoryNotFoundException or FileNotFoundException && (isFolder || Directory.Exists(parent))
            ? $"the system makes nothing new in '{parent}'; choose another folder"
            : RemedyOf(cause) ?? $"{cause.Message.TrimEnd('.')}; check the disk or choose another folder";
    }

    /// <summary>A file where a folder is needed, or a folder where the file is to be; null when there is neither.</summary>
    private static string? Obstacle(string path, bool isFolder)
    {
        if (!isFolder && Directory.Exists(path))
            return "it is a folder; choose the name of a file";
        for (string? above = isFolder ? path : Path.GetDirectoryName(path); !string.IsNullOrEmpty(above); above = Path.GetDirectoryName(above))
            if (File.Exists(above))
                return above == path ? "it is a file, not a folder; choose another folder" : $"'{above}' is a file, not a folder; choose another folder";
        return null;
    }

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
