using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using CostSociety.Circuits;
using CostSociety.Language;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Data;

/// <summary>Makes data files, good and bad, and circuits that read them.</summary>
internal static class DataFiles
{
    /// <summary>The bytes of an idx file.</summary>
    public static byte[] Idx(int[] shape, params byte[] values)
    {
        byte[] header = new byte[4 + 4 * shape.Length];
        (header[2], header[3]) = (8, (byte)shape.Length);
        for (int i = 0; i < shape.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), shape[i]);
        return [.. header, .. values];
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>The bytes of an .npy file with any header.</summary>
    public static byte[] Npy(string header, byte[] data, byte version = 1)
    {
        byte[] text = Encoding.Latin1.GetBytes(header + "\n");
        byte[] size = version == 1 ? [(byte)text.Length, (byte)(text.Length >> 8)] : [(byte)text.Length, (byte)(text.Length >> 8), 0, 0];
        return [0x93, .. "NUMPY"u8, version, 0, .. size, .. text, .. data];
    }

    /// <summary>A zip file of entries.</summary>
    public static void Zip(string path, params (string Name, byte[] Bytes)[] entries)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, bytes) in entries)
            using (var stream = zip.CreateEntry(name, CompressionLevel.SmallestSize).Open())
                stream.Write(bytes);
    }

    /// <summary>A small set of 2 x 2 images, three to learn from and two held out.</summary>
    public static void WriteIdxSet(TemporaryFolder folder, bool packed = false)
    {
        Write("train-images-idx3-ubyte", Idx([3, 2, 2], [.. Enumerable.Range(0, 12).Select(i => (byte)(i * 20))]));
        Write("train-labels-idx1-ubyte", Idx([3], 2, 0, 1));
        Write("t10k-images-idx3-ubyte", Idx([2, 2, 2], 255, 0, 0, 255, 1, 2, 3, 4));
        Write("t10k-labels-idx1-ubyte", Idx([2], 1, 1));

        void Write(string name, byte[] bytes) => File.WriteAllBytes(folder[packed ? name + ".gz" : name], packed ? Gzip(bytes) : bytes);
    }

    /// <summary>A circuit of one stream per given line, with its sources.</summary>
    public static Circuit Circuit(TemporaryFolder folder, string source, params string[] streams)
    {
        var diagnostics = new Diagnostics();
        var circuit = TryCircuit(folder, source, diagnostics, streams);
        Assert.Equal("", string.Join("\n", diagnostics.Items.Select(DiagnosticText.Render)));
        return circuit!;
    }

    public static Circuit? TryCircuit(TemporaryFolder folder, string source, Diagnostics diagnostics, params string[] streams)
    {
        string text = $$"""
            {
              "format": 1,
              "sources": { "mine": {{source}} },
              "streams": { {{string.Join(", ", streams)}} },
              "areas": { "retina": { "reads": "x" }, "out": { "units": 2, "activation": "linear" } },
              "projections": { "retina -> out": {} },
              "costs": "c"
            }
            """;
        var costs = new SourceText("c", """{ "format": 1, "costs": { "out": { "minimize": "mean(square(out))" } } }""");
        return CostSociety.Circuits.Circuit.Parse(new SourceText(folder["made.circuit.json"], text), costs, null, diagnostics);
    }

    /// <summary>The one message about a source.</summary>
    public static string Refusal(TemporaryFolder folder, string source, string stream = """ "x": { "source": "mine" } """)
    {
        var diagnostics = new Diagnostics();
        Assert.Null(TryCircuit(folder, source, diagnostics, stream));
        return Assert.Single(diagnostics.Items).Message.Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }
}
