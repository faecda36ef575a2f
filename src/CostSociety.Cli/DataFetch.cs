using System.IO.Compression;
using System.Security.Cryptography;
using CostSociety.Data;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>Puts a downloadable set into the data folder: all of its files with the right hashes, or nothing.</summary>
internal sealed class DataFetch(DownloadableSet set, CancellationToken stop)
{
    private const long LargestFile = 1L << 28;
    private const int Chunk = 1 << 16;

    /// <summary>Copies the files from a folder, searched with its subfolders. Gives the folder they are in now.</summary>
    public string CopyFrom(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidDataException($"there is no folder '{folder}'");
        var files = set.Files.Select(f => (File: f, Path: Find(folder, f))).ToList();
        return Place(files.Select(f => (f.File, f.Path, (Func<Stream>)(() => Opened(f.Path)))));
    }

    /// <summary>Downloads the files from the mirrors of the set, or from another one. Gives the folder they are in now.</summary>
    public string Download(string? mirror)
    {
        string[] mirrors = mirror is null ? [.. set.Mirrors] : [mirror.TrimEnd('/') + "/"];
        var refused = new List<string>();
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
        foreach (string address in mirrors)
            try
            {
                return Place(set.Files.Select(f => (f, address + f.Name + ".gz", (Func<Stream>)(() => Fetched(client, new Uri(address + f.Name + ".gz"))))));
            }
            catch (Exception e) when (e is HttpRequestException or UriFormatException or TaskCanceledException && !stop.IsCancellationRequested)
            {
                refused.Add($"{address}: {e.Message}");
            }
        throw new IOException($"'{set.Name}' cannot be downloaded\n  {string.Join("\n  ", refused)}\n"
            + $"without a network: copy its files here by other means, then costsociety data get {set.Name} --from FOLDER");
    }

    /// <summary>The packed or unpacked file in the folder or below; one under a folder of the set's name goes first, since two
    /// sets have files of the same names.</summary>
    private string Find(string folder, DownloadableFile file)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 12, IgnoreInaccessible = true };
        string[] names = [file.Name, file.Name + ".gz", file.Name.Replace("-idx", ".idx"), file.Name.Replace("-idx", ".idx") + ".gz"];
        var found = Directory.EnumerateFiles(folder, "*ubyte*", options).Where(p => names.Contains(Path.GetFileName(p))).Order(StringComparer.Ordinal).ToList();
        return found.FirstOrDefault(p => Path.GetFileName(Path.GetDirectoryName(p)) == set.Name) ?? found.FirstOrDefault()
            ?? throw new FileNotFoundException($"neither {file.Name} nor {file.Name}.gz is in '{folder}' or below");
    }

    private string Place(IEnumerable<(DownloadableFile File, string From, Func<Stream> Open)> files)
    {
        string folder = DataFolder.Of(set.Name), temporary = $"{folder}.{Guid.NewGuid():N}.tmp";
        AtomicFile.CreateFolder(DataFolder.Path);
        Directory.CreateDirectory(temporary);
        try
        {
            foreach (var (file, from, open) in files)
                Write(file, from, open, Path.Combine(temporary, file.Name + ".gz"));
            AtomicFile.CreateFolder(folder);
            foreach (var file in set.Files)
                File.Move(Path.Combine(temporary, file.Name + ".gz"), Path.Combine(folder, file.Name + ".gz"), overwrite: true);
            foreach (var file in set.Files)
                File.Delete(Path.Combine(folder, file.Name));
            return folder;
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>Writes one file packed and checks what it holds.</summary>
    private void Write(DownloadableFile file, string from, Func<Stream> open, string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var source = open();
        AtomicFile.Write(path, target =>
        {
            using var packed = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true);
            Copy(source, packed, hash, file.Name);
        });
        string got = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (got != file.Sha256)
            throw new InvalidDataException($"{from} is not the {file.Name} of {set.Name}:\n  its SHA-256 is {got}\n  expected      {file.Sha256}");
    }

    private void Copy(Stream source, Stream target, IncrementalHash hash, string name)
    {
        byte[] chunk = new byte[Chunk];
        long total = 0;
        for (int got; (got = source.Read(chunk)) > 0; total += got)
        {
            stop.ThrowIfCancellationRequested();
            if (total + got > LargestFile)
                throw new InvalidDataException($"{name} unpacks to more than {LargestFile} bytes");
            hash.AppendData(chunk.AsSpan(0, got));
            target.Write(chunk.AsSpan(0, got));
            Show(name, total + got);
        }
        if (Terminal.IsInteractive)
            Console.Error.Write("\r\u001b[K");
    }

    private static void Show(string name, long bytes)
    {
        if (Terminal.IsInteractive && bytes % (1 << 20) < Chunk)
            Console.Error.Write($"\r{name}: {bytes / 1_000_000.0:0.0} MB\u001b[K");
    }

    private static Stream Opened(string path)
    {
        Stream file = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private GZipStream Fetched(HttpClient client, Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, stop);
        response.EnsureSuccessStatusCode();
        return new GZipStream(response.Content.ReadAsStream(stop), CompressionMode.Decompress);
    }
}
