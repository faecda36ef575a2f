using System.Text;
using CostSociety.Data;
using CsCheck;

namespace CostSociety.Tests.Runs;

public sealed class NpyTests
{
    [Fact]
    public void RoundTrip_AnyArray_IsEqual()
    {
        Gen.Select(Gen.Int[0, 5].Array[1, 4], Gen.Float).Sample((shape, first) =>
        {
            float[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => first + i)];
            var read = Npy.Parse(Npy.Format(shape, values));
            return read.Shape.SequenceEqual(shape) && read.Values.AsSpan().SequenceEqual(values);
        }, iter: 200);
    }

    [Fact]
    public void Format_Header_IsWhatNumpyWrites()
    {
        byte[] bytes = Npy.Format([2, 3], new float[6]);

        Assert.Equal(128 + 24, bytes.Length);
        Assert.StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }  ", Encoding.ASCII.GetString(bytes, 10, 118), StringComparison.Ordinal);
        Assert.Equal((byte)'\n', bytes[127]);
    }

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", "descr is '>f4', but one of <f4, <f8, <f2, |u1")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }", "is expected; save with astype('<f4')")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", "save np.ascontiguousarray(a)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "cut off")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "more bytes follow")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99,), }", "takes 396 bytes and does not fit")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "0 axes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", "'-2' is no size")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "is no size")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000, 2000000000), }", "does not fit")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", "needs 'shape' once")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "needs 'descr' once")]
    [InlineData("hello", "not a dictionary")]
    public void Parse_WrongHeader_IsRefused(string header, string message)
    {
        byte[] bytes = [0x93, .. "NUMPY"u8, 1, 0, (byte)(header.Length + 1), 0, .. Encoding.ASCII.GetBytes(header + "\n"), .. new byte[8]];

        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Npy.Parse(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_EveryTruncation_IsRefused()
    {
        byte[] whole = Npy.Format([2, 2], [1, 2, 3, 4]);
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<InvalidDataException>(() => Npy.Parse(whole.AsSpan(0, length)));
    }

    [Fact]
    public void Load_OtherVersion_NamesFileAndVersion()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = Npy.Format([1], [1]);
        bytes[6] = 4;
        File.WriteAllBytes(folder["a.npy"], bytes);

        var refused = Assert.Throws<InvalidDataException>(() => Npy.Load(folder["a.npy"]));

        Assert.EndsWith("a.npy: .npy version 4.0; expected 1.0, 2.0 or 3.0", refused.Message, StringComparison.Ordinal);
    }
}
