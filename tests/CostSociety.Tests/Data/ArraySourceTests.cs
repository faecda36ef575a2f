using System.Runtime.InteropServices;
using CostSociety.Data;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Data;

public sealed class ArraySourceTests
{
    public static TheoryData<string, byte[]> Types => new()
    {
        { "<f8", MemoryMarshal.AsBytes<double>([1.5, -2]).ToArray() },
        { "<f4", MemoryMarshal.AsBytes<float>([1.5f, -2]).ToArray() },
        { "<f2", MemoryMarshal.AsBytes<Half>([(Half)1.5f, (Half)(-2)]).ToArray() },
        { "<i8", MemoryMarshal.AsBytes<long>([1, -2]).ToArray() },
        { "<i4", MemoryMarshal.AsBytes<int>([1, -2]).ToArray() },
        { "<i2", MemoryMarshal.AsBytes<short>([1, -2]).ToArray() },
        { "|i1", [1, 254] },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Parse_NumberType_BecomesFloats(string descr, byte[] data)
    {
        float[] expected = [descr.Contains('f') ? 1.5f : 1, -2];

        foreach (byte version in new byte[] { 1, 2, 3 })
            Assert.Equal(expected, Npy.Parse(DataFiles.Npy($"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,), }}", data, version)).Values);
    }

    [Theory]
    [InlineData("|u1", new byte[] { 1, 255 }, 255)]
    [InlineData("|b1", new byte[] { 1, 7 }, 1)]
    [InlineData("<u2", new byte[] { 1, 0, 255, 255 }, 65535)]
    [InlineData("<u4", new byte[] { 1, 0, 0, 0, 0, 0, 0, 128 }, 2147483648)]
    [InlineData("<u8", new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128 }, 9.223372036854775808e18)]
    public void Parse_UnsignedType_BecomesFloats(string descr, byte[] data, double second) =>
        Assert.Equal([1, (float)second], Npy.Parse(DataFiles.Npy($"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,), }}", data)).Values);

    [Fact]
    public void Npz_Arrays_AreFields()
    {
        using var folder = new TemporaryFolder();
        DataFiles.Zip(folder["a.npz"], ("x.npy", Npy.Format([5, 2, 3], [.. Enumerable.Range(0, 30).Select(i => (float)i)])),
            ("y.npy", DataFiles.Npy("{'descr': '<i8', 'fortran_order': False, 'shape': (5,), }", MemoryMarshal.AsBytes<long>([0, 2, 1, 0, 2]).ToArray())));

        var streams = CircuitStreams.Open(DataFiles.Circuit(folder, """{ "npz": "a.npz", "label": "y" }""",
            """ "x": { "source": "mine" } """, """ "y": { "source": "mine", "encode": "one-hot" } """));

        Assert.Equal(new[] { 1, 2, 3 }, streams.Streams[0].Shape);
        Assert.Equal(new[] { 3 }, streams.Streams[1].Shape);
        Assert.Equal([24, 25, 26, 27, 28, 29], streams.Values("x", DataSplit.Test).ToArray());
        Assert.Equal([0, 0, 1], streams.Values("y", DataSplit.Test).ToArray());
    }

    [Fact]
    public void Npy_Matrix_IsAFieldOfVectors()
    {
        using var folder = new TemporaryFolder();
        Npy.Save(folder["a.npy"], [2, 3], [1, 2, 3, 4, 5, 6]);

        var circuit = DataFiles.Circuit(folder, """{ "npy": "a.npy", "split": "0:1" }""", """ "x": { "source": "mine", "field": "values" } """);

        Assert.Equal([4, 5, 6], CircuitStreams.Open(circuit).Values("x", DataSplit.Test).ToArray());
    }

    [Fact]
    public void Npz_ThatCannotBe_IsRefusedWithTheReason()
    {
        using var folder = new TemporaryFolder();
        DataFiles.Zip(folder["rows.npz"], ("x.npy", Npy.Format([2], [1, 2])), ("y.npy", Npy.Format([3], [1, 2, 3])));
        DataFiles.Zip(folder["half.npz"], ("x.npy", Npy.Format([2], [0.5f, 2])));
        DataFiles.Zip(folder["text.npz"], ("x.npy", "hello world"u8.ToArray()));
        File.WriteAllText(folder["no.npz"], "not a zip file");

        Assert.Equal("rows.npz: 'y' has 3 rows of 1 values, 'x' has 2 rows", DataFiles.Refusal(folder, """{ "npz": "rows.npz" }"""));
        Assert.Equal("half.npz: row 0 of 'x' is 0.5, not the number of a class", DataFiles.Refusal(folder, """{ "npz": "half.npz", "label": "x" }"""));
        Assert.Equal("text.npz: x.npy: not an .npy file", DataFiles.Refusal(folder, """{ "npz": "text.npz" }"""));
        Assert.StartsWith("no.npz: ", DataFiles.Refusal(folder, """{ "npz": "no.npz" }"""), StringComparison.Ordinal);
        Assert.StartsWith("rows.npz: there is no array 'z'", DataFiles.Refusal(folder, """{ "npz": "rows.npz", "label": "z" }"""), StringComparison.Ordinal);
    }

    [Fact]
    public void Npz_EntryLargerThanItsHeaderSays_IsRefused()
    {
        using var folder = new TemporaryFolder();
        DataFiles.Zip(folder["bomb.npz"], ("x.npy", [.. Npy.Format([2], [1, 2]), .. new byte[10_000_000]]));

        var circuit = DataFiles.Circuit(folder, """{ "npz": "bomb.npz" }""", """ "x": { "source": "mine" } """);

        Assert.Contains("more bytes follow", Assert.Throws<InvalidDataException>(() => CircuitStreams.Open(circuit)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Npy_HeaderThatDeclaresTooMuch_IsRefusedBeforeAnythingIsAllocated()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.npy"], DataFiles.Npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000, 9), }", new byte[64]));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("does not fit the", DataFiles.Refusal(folder, """{ "npy": "a.npy" }"""), StringComparison.Ordinal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }
}
