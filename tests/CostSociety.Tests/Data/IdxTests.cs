using CostSociety.Data;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Data;

public sealed class IdxTests
{
    private const string Stream = """ "x": { "source": "mine", "field": "image", "scale": 0.5 } """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_FolderOfImages_KeepsTheTenThousandForTesting(bool packed)
    {
        using var folder = new TemporaryFolder();
        DataFiles.WriteIdxSet(folder, packed);

        var streams = CircuitStreams.Open(DataFiles.Circuit(folder, """{ "idx": "." }""", Stream, """ "label": { "source": "mine", "encode": "one-hot" } """));

        Assert.Equal((3, 2), (streams.Rows(DataSplit.Train), streams.Rows(DataSplit.Test)));
        Assert.Equal(new[] { 1, 2, 2 }, streams.Streams[0].Shape);
        Assert.Equal([0, 10, 20, 30], streams.Values("x", DataSplit.Train)[..4].ToArray());
        Assert.Equal([127.5f, 0, 0, 127.5f], streams.Values("x", DataSplit.Test)[..4].ToArray());
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 1, 0], streams.Values("label", DataSplit.Train).ToArray());
    }

    [Fact]
    public void Open_WithSplit_MixesAllRows()
    {
        using var folder = new TemporaryFolder();
        DataFiles.WriteIdxSet(folder);

        var streams = CircuitStreams.Open(DataFiles.Circuit(folder, """{ "idx": ".", "split": "1:5" }""", Stream));

        Assert.Equal((4, 1), (streams.Rows(DataSplit.Train), streams.Rows(DataSplit.Test)));
        Assert.Equal([0, 10, 20, 30], streams.Values("x", DataSplit.Test).ToArray());
    }

    [Fact]
    public void Load_EveryTruncation_IsRefused()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = DataFiles.Idx([2, 3], 1, 2, 3, 4, 5, 6);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(folder["a"], whole[..length]);
            Assert.Throws<InvalidDataException>(() => Idx.Load(folder["a"]));
            File.WriteAllBytes(folder["a.gz"], DataFiles.Gzip(whole[..length]));
            Assert.Throws<InvalidDataException>(() => Idx.Load(folder["a.gz"]));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0x0d, 1, 0, 0, 0, 1, 5 }, "begins with 00000D01")]
    [InlineData(new byte[] { 0, 0, 8, 9, 0, 0, 0, 1, 5 }, "begins with 00000809")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 0 }, "an axis of 0 values")]
    [InlineData(new byte[] { 0, 0, 8, 1, 255, 255, 255, 255 }, "an axis of 4294967295 values")]
    [InlineData(new byte[] { 0, 0, 8, 2, 0, 1, 0, 0, 127, 255, 255, 255 }, "more than the file can hold")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 5, 6 }, "more bytes follow")]
    public void Load_WrongHeader_IsRefusedWithTheReason(byte[] bytes, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a"], bytes);

        var refused = Assert.Throws<InvalidDataException>(() => Idx.Load(folder["a"]));

        Assert.StartsWith(folder["a"] + ": ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_HeaderThatDeclaresAGigabyte_TakesNoSuchMemory()
    {
        using var folder = new TemporaryFolder();
        byte[] bomb = [0, 0, 8, 1, 0x3f, 0xff, 0xff, 0xff, .. new byte[2_000_000]];
        File.WriteAllBytes(folder["a.gz"], DataFiles.Gzip(bomb));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => Idx.Load(folder["a.gz"]));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }

    [Fact]
    public void Source_LabelsOfAnotherLength_AreRefused()
    {
        using var folder = new TemporaryFolder();
        DataFiles.WriteIdxSet(folder);
        File.WriteAllBytes(folder["t10k-labels-idx1-ubyte"], DataFiles.Idx([3], 1, 1, 1));

        Assert.Equal("./t10k-labels-idx1-ubyte: 3 labels for 2 images", DataFiles.Refusal(folder, """{ "idx": "." }""", Stream));
    }

    [Fact]
    public void Source_MissingFile_IsNamed()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal("there is no folder 'nowhere'", DataFiles.Refusal(folder, """{ "idx": "nowhere" }""", Stream));
        Assert.Equal("'.' has no train-images-idx3-ubyte, packed (.gz) or not", DataFiles.Refusal(folder, """{ "idx": "." }""", Stream));
    }

    [Fact]
    public void FashionMnist_FromTheDataFolder_IsFoundByName()
    {
        var source = DataSources.Find("fashion-mnist")!;
        var data = source.Open();

        Assert.Equal((2000, 2000, 1500, 500), (source.Rows, data.Rows, data.TrainRows.Count, data.TestRows.Count));
        Assert.Equal(Enumerable.Repeat(150, 10), Enumerable.Range(0, 10).Select(c => data.TrainRows.Count(r => data.Values("label")[r] == c)));
    }

    [Fact]
    public void Mnist_NotOnTheMachine_SaysHowToGetIt()
    {
        var source = DataSources.Find("mnist")!;

        Assert.Null(source.Place);
        Assert.Equal(70_000, source.Rows);
        Assert.EndsWith("get it with: costsociety data get mnist", Assert.Throws<FileNotFoundException>(source.Open).Message, StringComparison.Ordinal);
    }
}
