using CostSociety.Circuits;
using CostSociety.Runs;

namespace CostSociety.PublicApi.Tests;

/// <summary>A society goes into any stream and comes out of any; what is cut or damaged is refused and changes nothing.</summary>
public sealed class StreamTests
{
    [Fact]
    public void Save_AndLoad_GoThroughAPipe()
    {
        using var society = Society.Build(Host.Circuit());
        using var other = Society.Build(Host.Circuit());
        Host.Train(society, 7);
        using var pipe = new Pipe();

        society.Save(pipe);
        other.Load(pipe);

        Assert.Equal(Saved(society), Saved(other));
        Assert.Equal(Saved(society), pipe.Written);
        Host.Train(society, 3);
        Host.Train(other, 3);
        Assert.Equal(Saved(society), Saved(other));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_OfACutStream_ChangesNothing(bool asPipe)
    {
        using var society = Society.Build(Host.Circuit());
        Host.Train(society, 2);
        byte[] whole = Saved(society);
        using var other = Society.Build(Host.Circuit());
        Host.Train(other, 5);
        byte[] before = Saved(other);
        for (int length = 0; length < whole.Length; length += length < 64 ? 1 : 97)
            Refused(other, whole[..length], asPipe);
        Refused(other, [.. whole, 0], asPipe);
        Assert.Equal(before, Saved(other));
    }

    [Fact]
    public void Load_OfADamagedStream_ChangesNothing()
    {
        using var society = Society.Build(Host.Circuit());
        Host.Train(society, 2);
        byte[] whole = Saved(society);
        using var other = Society.Build(Host.Circuit());
        Host.Train(other, 5);
        byte[] before = Saved(other);
        for (int at = 0; at < whole.Length; at += 7)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= (byte)(1 << (at / 7 % 8));
            if (IsInName(whole, at, "checksum") || damaged.AsSpan().SequenceEqual(whole))
                continue;
            Refused(other, damaged, asPipe: false);
        }
        Assert.Equal(before, Saved(other));
        Host.Train(other, 1);
    }

    [Fact]
    public void Load_OfAStreamThatFails_ChangesNothing()
    {
        using var society = Society.Build(Host.Circuit());
        Host.Train(society, 2);
        byte[] before = Saved(society);
        using var pipe = new Pipe { FailsAt = 300 };
        society.Save(pipe);

        Assert.Throws<IOException>(() => society.Load(pipe));

        Assert.Equal(before, Saved(society));
    }

    [Fact]
    public void Signal_AfterASwap_IsRefusedUntilSomethingRan()
    {
        using var society = Society.Build(Host.Circuit());
        Assert.Contains("call Step, Predict or Act first", Assert.Throws<InvalidOperationException>(() => society.Signal("out")[0, 0]).Message, StringComparison.Ordinal);
        Host.Train(society, 1);
        Assert.True(float.IsFinite(society.Signal("out")[0, 0]));

        // The state that the new costs remember moves the memory.
        using (var prepared = society.Prepare(Host.Costs("""{ "format": 1, "costs": { "out": { "minimize": "mean(square(out - previous(out)))", "teaches": "upstream" } } }""")))
        {
            Assert.True(prepared.CopiesState);
            society.Commit(prepared);
        }

        Assert.Throws<InvalidOperationException>(() => society.Signal("out")[0, 0]);
        Assert.Contains("inner", society.Signals);
        Assert.Throws<ArgumentException>(() => society.Signal("nobody")[0, 0]);
        society.Predict(Host.Samples(1).X, new float[8]);
        Assert.True(float.IsFinite(society.Signal("out")[0, 0]));
    }

    [Fact]
    public void Samples_SetBeforeASwapThatMovesMemory_AreStillThere()
    {
        using var society = Society.Build(Host.Circuit());
        using var plain = Society.Build(Host.Circuit(), Host.Costs(Remembering));
        var (x, y) = Host.Samples(1);
        foreach (var each in new[] { society, plain })
        {
            each.Set("x", x);
            each.Set("y", y);
        }

        society.Swap(Host.Costs(Remembering));
        society.Step(8);
        plain.Step(8);

        Assert.Equal(plain.CostValues.ToArray(), society.CostValues.ToArray());
        Assert.True(society.CostValues[0] > 0);
    }

    private const string Remembering = """{ "format": 1, "costs": { "out": { "minimize": "mean(square(out - y - previous(out)))", "teaches": "upstream" } } }""";

    private static bool IsInName(byte[] file, int at, string name)
    {
        int start = file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(name));
        return at >= start && at < start + name.Length;
    }

    private static void Refused(Society society, byte[] bytes, bool asPipe)
    {
        using Stream stream = asPipe ? new Pipe(bytes) : new MemoryStream(bytes);
        Assert.Throws<CheckpointException>(() => society.Load(stream));
    }

    private static byte[] Saved(Society society)
    {
        using var stream = new MemoryStream();
        society.Save(stream);
        return stream.ToArray();
    }

    /// <summary>As a pipe or socket is: no length, no position, and a few bytes at a time.</summary>
    private sealed class Pipe(params byte[] content) : Stream
    {
        private readonly MemoryStream _written = new();
        private int _read;

        public int FailsAt { get; init; } = int.MaxValue;

        public byte[] Written => _written.ToArray();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            byte[] all = [.. content, .. _written.ToArray()];
            if (_read >= FailsAt)
                throw new IOException("the pipe broke");
            int taken = Math.Min(Math.Min(count, 7 + _read % 5), all.Length - _read);
            all.AsSpan(_read, taken).CopyTo(buffer.AsSpan(offset));
            _read += taken;
            return taken;
        }

        public override void Write(byte[] buffer, int offset, int count) => _written.Write(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
