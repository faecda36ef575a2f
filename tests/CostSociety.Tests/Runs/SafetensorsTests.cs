using System.Buffers.Binary;
using System.Text;
using CostSociety.Runs;
using CsCheck;

namespace CostSociety.Tests.Runs;

public sealed class SafetensorsTests
{
    private static readonly Gen<StoredTensor> _anyTensor =
        from name in Gen.String[1, 12]
        from shape in Gen.Long[0, 4].Array[0, 3]
        from type in Gen.Enum<StoredType>()
        from seed in Gen.ULong
        select Make(name, shape, type, seed);

    [Fact]
    public void RoundTrip_AnyTensors_GiveEqualContent()
    {
        _anyTensor.Array[0, 8].Sample(tensors =>
        {
            StoredTensor[] distinct = [.. tensors.DistinctBy(t => t.Name)];
            var read = Safetensors.Read(new MemoryStream(Bytes(distinct)));
            return read.Tensors.Count == distinct.Length && distinct.All(t => Same(t, read[t.Name]));
        }, iter: 300);
    }

    [Fact]
    public void Write_OrderOfTensors_DoesNotChangeBytes()
    {
        _anyTensor.Array[0, 8].Sample(tensors =>
        {
            StoredTensor[] distinct = [.. tensors.DistinctBy(t => t.Name)];
            return Bytes(distinct).AsSpan().SequenceEqual(Bytes([.. distinct.Reverse()]));
        }, iter: 100);
    }

    [Fact]
    public void RoundTrip_SpecialFloats_KeepTheirBits()
    {
        float[] values = [float.NaN, -0f, float.Epsilon, float.PositiveInfinity, BitConverter.Int32BitsToSingle(0x7fc12345)];

        var read = Safetensors.Read(new MemoryStream(Bytes([StoredTensor.Of("w", [5], values)])));

        Assert.Equal(values.Select(BitConverter.SingleToInt32Bits), read["w"].Floats().Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void RoundTrip_Metadata_IsKept()
    {
        var metadata = new Dictionary<string, string> { ["step"] = "200", ["names"] = "ä \"quoted\"\n" };
        using var stream = new MemoryStream();
        Safetensors.Write(stream, [], metadata);
        stream.Position = 0;

        Assert.Equal(metadata, Safetensors.Read(stream).Metadata);
    }

    [Fact]
    public void Write_Header_IsAlignedAndWideTypesComeFirst()
    {
        byte[] bytes = Bytes([StoredTensor.Of("a", [1], new float[1]), StoredTensor.Of("z", [1], new ulong[1])]);
        long header = BinaryPrimitives.ReadInt64LittleEndian(bytes);

        Assert.Equal(0, header % 8);
        Assert.Equal(8 + header + 12, bytes.Length);
        Assert.Contains("""},"z":{"dtype":"U64","shape":[1],"data_offsets":[0,8]},"a":""", Encoding.UTF8.GetString(bytes, 8, (int)header), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_StreamThatCannotSeek_IsRead()
    {
        using var forward = new ForwardStream(Bytes([StoredTensor.Of("w", [2], [1f, 2f])]));

        Assert.Equal([1f, 2f], Safetensors.Read(forward)["w"].Floats());
    }

    [Fact]
    public void Save_ManyChunks_ReadBackEqual()
    {
        using var folder = new TemporaryFolder();
        float[] values = [.. Enumerable.Range(0, 600_001).Select(i => i * 0.5f)];

        Safetensors.Save(folder["a.safetensors"], [StoredTensor.Of("w", [600_001], values)]);

        Assert.Equal(values, Safetensors.Load(folder["a.safetensors"])["w"].Floats());
        Assert.Equal(["a.safetensors"], folder.Names());
    }

    [Fact]
    public void Read_EveryTruncation_IsRefused()
    {
        byte[] whole = Bytes([StoredTensor.Of("w", [2, 3], new float[6]), StoredTensor.Of("n", [], new ulong[1])]);
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<CheckpointException>(() => Safetensors.Read(new MemoryStream(whole[..length])));
    }

    [Fact]
    public void Read_RandomDamage_ReadsOrThrowsCheckpointException()
    {
        byte[] whole = Bytes([StoredTensor.Of("w", [2, 3], new float[6]), StoredTensor.Of("n", [], new ulong[1])]);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            byte[] damaged = [.. whole];
            damaged[at] = value;
            try
            {
                _ = Safetensors.Read(new MemoryStream(damaged));
            }
            catch (CheckpointException)
            {
                // Refusing is fine; any other exception fails the test.
            }
        }, iter: 3000);
    }

    [Theory]
    [InlineData("overlap", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "inside another")]
    [InlineData("hole", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "a hole of 4 bytes before tensor 'b'")]
    [InlineData("hole at the start", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "a hole of 4 bytes before tensor 'a'")]
    [InlineData("beyond the file", """{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 8, "take 16 bytes, but 8 follow")]
    [InlineData("far beyond the file", """{"a":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4000000000000]}}""", 8, "cut off")]
    [InlineData("trailing bytes", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 7, "3 bytes follow the last tensor")]
    [InlineData("wrong dtype", """{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}""", 4, "dtype 'BF16'; expected F32, I64 or U64")]
    [InlineData("duplicate name", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "the name 'a' twice")]
    [InlineData("duplicate key", """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "the name 'dtype' twice")]
    [InlineData("size mismatch", """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "takes 12 bytes, but its data_offsets span 8")]
    [InlineData("negative size", """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "no integer from 0")]
    [InlineData("fraction", """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "no integer from 0")]
    [InlineData("overflowing shape", """{"a":{"dtype":"F32","shape":[4294967296,4294967296,16],"data_offsets":[0,0]}}""", 0, "too large")]
    [InlineData("reversed offsets", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "expected [begin, end]")]
    [InlineData("three offsets", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "expected [begin, end]")]
    [InlineData("no shape", """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "needs dtype, shape and data_offsets")]
    [InlineData("unknown key", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, "unknown key 'x'")]
    [InlineData("no object", """[1]""", 0, "does not begin with '{'")]
    [InlineData("entry no object", """{"a":1}""", 0, "is Number, but StartObject is expected")]
    [InlineData("not JSON", """{"a":""", 0, "not valid JSON")]
    [InlineData("two objects", """{}{}""", 0, "not valid JSON")]
    [InlineData("deep nesting", """{"a":{"shape":[[[[[[1]]]]]]}}""", 0, "holds something that is no integer")]
    [InlineData("metadata not strings", """{"__metadata__":{"step":200}}""", 0, "the metadata 'step' is Number")]
    [InlineData("metadata twice", """{"__metadata__":{},"__metadata__":{}}""", 0, "the name '__metadata__' twice")]
    [InlineData("lone surrogate", """{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "not valid JSON")]
    public void Read_HostileHeader_IsRefused(string what, string header, int dataBytes, string message)
    {
        var refused = Assert.Throws<CheckpointException>(() => Safetensors.Read(new MemoryStream(Raw(header, dataBytes))));

        Assert.True(refused.Message.Contains(message, StringComparison.Ordinal), $"{what}: {refused.Message}");
    }

    [Theory]
    [InlineData(100_000_001, "at most 100000000 are read")]
    [InlineData(ulong.MaxValue, "at most 100000000 are read")]
    [InlineData(64, "the header claims 64 bytes, but 2 follow")]
    public void Read_HeaderLength_IsBounded(ulong length, string message)
    {
        byte[] bytes = Raw("{}", 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);

        Assert.Contains(message, Assert.Throws<CheckpointException>(() => Safetensors.Read(new MemoryStream(bytes))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DamagedFile_NamesTheFile()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["bad.safetensors"], "hello");

        var refused = Assert.Throws<CheckpointException>(() => Safetensors.Load(folder["bad.safetensors"]));

        Assert.Contains("bad.safetensors: only 5 bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_BadTensors_AreRefused()
    {
        var twice = StoredTensor.Of("a", [1], new float[1]);

        Assert.Throws<CheckpointException>(() => Bytes([twice, twice]));
        Assert.Throws<CheckpointException>(() => Bytes([StoredTensor.Of("__metadata__", [1], new float[1])]));
        Assert.Throws<CheckpointException>(() => StoredTensor.Of("a", [2], new float[1]));
        Assert.Throws<CheckpointException>(() => twice.Longs());
    }

    private static StoredTensor Make(string name, long[] shape, StoredType type, ulong seed)
    {
        long count = shape.Aggregate(1L, (a, b) => a * b);
        ulong[] values = [.. Enumerable.Range(0, (int)count).Select(i => seed * 31 + (ulong)i)];
        return type switch
        {
            StoredType.F32 => StoredTensor.Of(name, shape, [.. values.Select(v => (float)v)]),
            StoredType.I64 => StoredTensor.Of(name, shape, [.. values.Select(v => (long)v)]),
            _ => StoredTensor.Of(name, shape, values),
        };
    }

    private static bool Same(StoredTensor a, StoredTensor b) =>
        a.Type == b.Type && a.Shape.SequenceEqual(b.Shape)
        && a.Bytes(0, (int)a.Elements).SequenceEqual(b.Bytes(0, (int)b.Elements));

    private static byte[] Bytes(StoredTensor[] tensors)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, tensors);
        return stream.ToArray();
    }

    private static byte[] Raw(string header, int dataBytes)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[8 + text.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        return bytes;
    }

    private sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
