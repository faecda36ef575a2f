using CostSociety.Runs;

namespace CostSociety.Tests.Laws;

/// <summary>Compares checkpoints, naming the first tensor that differs.</summary>
internal static class Checkpoints
{
    public static void AssertEqual(Society expected, Society actual) => AssertEqual(Training.Save(expected), Training.Save(actual));

    public static void AssertEqual(byte[] expected, byte[] actual)
    {
        if (expected.AsSpan().SequenceEqual(actual))
            return;
        AssertSameState(expected, actual);
        Assert.Equal(Read(expected).Metadata, Read(actual).Metadata);
        Assert.Equal(Read(expected).Tensors.Select(t => t.Name), Read(actual).Tensors.Select(t => t.Name));
        Assert.Fail("the bytes differ, though tensors and metadata are equal");
    }

    /// <summary>Everything but sleeping state and what <paramref name="without"/> names.</summary>
    public static void AssertSameState(byte[] expected, byte[] actual, params string[] without)
    {
        var (a, b) = (Read(expected), Read(actual));
        var names = a.Tensors.Select(t => t.Name).Where(n => !n.StartsWith("sleeping.", StringComparison.Ordinal)).Except(without);
        Assert.Equal([], names.Where(n => b.Find(n) is not { } other || !Same(a[n], other)));
    }

    public static TensorFile Read(byte[] checkpoint)
    {
        using var stream = new MemoryStream(checkpoint);
        return Safetensors.Read(stream);
    }

    private static bool Same(StoredTensor a, StoredTensor b) => a.Type == b.Type && a.Shape.SequenceEqual(b.Shape) && (a.Type == StoredType.F32
        ? a.Floats().Select(BitConverter.SingleToInt32Bits).SequenceEqual(b.Floats().Select(BitConverter.SingleToInt32Bits))
        : a.Longs().SequenceEqual(b.Longs()));
}
