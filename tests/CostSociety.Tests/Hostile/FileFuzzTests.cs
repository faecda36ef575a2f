using System.Diagnostics;
using CostSociety.Circuits;
using CostSociety.Fabric.Simd;
using CostSociety.Language;

namespace CostSociety.Tests.Hostile;

/// <summary>Whatever stands in a file: it is accepted, or refused with a place; soon, and without taking much memory.</summary>
public sealed class FileFuzzTests
{
    private const int Few = 2_000;
    private const int Many = 100_000;
    private const long MostBytes = 100_000_000;

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(10);

    [Fact]
    public void Mutations_AreAcceptedOrRefused() => ReadMutations(Few);

    [Fact]
    [Trait("Category", "Long")]
    public void ManyMutations_AreAcceptedOrRefused() => ReadMutations(Many);

    [Fact]
    public void RandomBytes_AreRefused() => ReadBytes(Few);

    [Fact]
    [Trait("Category", "Long")]
    public void ManyRandomBytes_AreRefused() => ReadBytes(Many);

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    [InlineData("(")]
    [InlineData("-(")]
    [InlineData("sum(")]
    [InlineData("not ")]
    [InlineData("2^")]
    [InlineData("let a = ")]
    public void DeepNesting_IsRefusedSoon(string bracket)
    {
        string deep = string.Concat(Enumerable.Repeat(bracket, 50_000));
        string costs = ShippedFiles.Find("circuits/digits/narrow.costs.json")!.Text;

        Assert.True(Read("deep.circuit.json", deep, costs));
        Assert.True(Read("circuit.json", ShippedFiles.Find("circuits/digits/narrow.circuit.json")!.Text, costs.Replace("cross_entropy(", deep + "cross_entropy(", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("mean(v1 * {0} + (", "v1", "))")]
    [InlineData("max(v1 / {0}, ", "v1", ")")]
    [InlineData("let x{0} = v1 * {0} in x{0} + ", "x1", "")]
    [InlineData("tanh(", "v1", ")")]
    public void DeepTexts_AreAcceptedOrRefused(string open, string inner, string close)
    {
        string left = string.Concat(Enumerable.Range(1, 90).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, open, i)));
        string text = $"mean({left}{inner}{string.Concat(Enumerable.Repeat(close, 90))})";

        Read("society.circuit.json", ShippedFiles.Find("circuits/digits/society.circuit.json")!.Text,
            ShippedFiles.Find("circuits/digits/sparse-then-read.costs.json")!.Text.Replace("sparsity * mean(abs(v1))", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"batch\": 32", "\"batch\": 1e400")]
    [InlineData("\"batch\": 32", "\"batch\": 99999999999999999999999999999999")]
    [InlineData("\"units\": 12", "\"units\": 1e18")]
    [InlineData("\"units\": 12", "\"units\": -1")]
    [InlineData("\"units\": 12", "\"units\": 16777216")]
    public void HugeNumbers_AreRefused(string valid, string huge)
    {
        var circuit = ShippedFiles.Find("circuits/digits/narrow.circuit.json")!.Text;
        Assert.Contains(valid, circuit, StringComparison.Ordinal);

        Assert.True(Read("huge.circuit.json", circuit.Replace(valid, huge, StringComparison.Ordinal), ShippedFiles.Find("circuits/digits/narrow.costs.json")!.Text));
    }

    [Fact]
    public void Corpus_IsAccepted()
    {
        foreach (var (path, text) in Mutation.Corpus.Where(f => f.Path.StartsWith(Mutation.Folder, StringComparison.Ordinal) && f.Path.EndsWith(".circuit.json", StringComparison.Ordinal)))
            Assert.False(Read(path, text, null), path);
    }

    private static void ReadMutations(int count)
    {
        int refused = 0;
        ForEach(count, i =>
        {
            var (path, valid) = Mutation.Corpus[i / 4 % Mutation.Corpus.Count];
            string text = i % 4 != 0 ? Mutation.OfValues(valid, i) : Mutation.Of(valid, i);
            bool isCosts = path.EndsWith(".costs.json", StringComparison.Ordinal);
            string folder = Path.GetDirectoryName(path)!;
            refused += Read(Path.Combine(folder, "x.circuit.json"), isCosts ? CircuitOf(path) : text, isCosts ? text : null) ? 1 : 0;
        });
        Assert.InRange(refused, count / 2, count - 1);
    }

    private static void ReadBytes(int count) =>
        ForEach(count, i => Assert.True(Read("random.circuit.json", Mutation.Bytes(i), "{}"), "random bytes are accepted"));

    /// <summary>Reads many files; reports the first of every kind of failure.</summary>
    private static void ForEach(int count, Action<int> read)
    {
        var failures = new Dictionary<string, string>();
        for (int i = 0; i < count; i++)
            try
            {
                read(i);
            }
            catch (Exception e)
            {
                failures.TryAdd(e.StackTrace?.Split('\n')[0] ?? "", $"file {i}: {e}");
            }
        Assert.True(failures.Count == 0, string.Join("\n\n", failures.Values));
    }

    /// <summary>A circuit whose own costs, or whose society's, the file are.</summary>
    private static string CircuitOf(string costs)
    {
        string own = costs.Replace(".costs.json", ".circuit.json", StringComparison.Ordinal);
        return Mutation.Corpus.FirstOrDefault(f => f.Path == own).Text ?? ShippedFiles.Find("circuits/digits/society.circuit.json")!.Text;
    }

    /// <summary>Reads and checks a circuit completely; gives whether it was refused.</summary>
    private static bool Read(string path, string circuit, string? costs)
    {
        long start = Stopwatch.GetTimestamp(), before = GC.GetAllocatedBytesForCurrentThread();
        var diagnostics = new Diagnostics();
        var read = Circuit.Parse(new SourceText(path, circuit), costs is null ? null : new SourceText("x.costs.json", costs), null, diagnostics);
        bool accepted = read is not null && Lives(read with { MemoryLimit = MostBytes / 2 }, diagnostics);
        Assert.Equal(!accepted, diagnostics.HasErrors);
        foreach (var item in diagnostics.Items)
            Assert.Matches(@"^[^\n]+:\d+:\d+: (error|warning) COST\d{4}: [^\n]", DiagnosticText.Render(item));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, _longest);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        return !accepted;
    }

    /// <summary>What is accepted can be inspected, built and run; a cost may become infinite, and says so.</summary>
    private static bool Lives(Circuit circuit, Diagnostics diagnostics)
    {
        if (Inspection.TryOf(circuit, diagnostics) is null)
            return false;
        using var society = Society.Build(circuit, new SimdExecutor(1));
        foreach (var stream in circuit.Streams)
            society.Set(stream.Name, [.. Enumerable.Range(0, stream.Width).Select(i => i % 3 * 0.5f)]);
        society.Predict(1);
        try
        {
            society.Step(1);
        }
        catch (NonFiniteException e)
        {
            Assert.Contains("became", e.Message, StringComparison.Ordinal);
        }
        return true;
    }
}
