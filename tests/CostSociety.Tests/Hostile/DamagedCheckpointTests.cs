using CostSociety.Runs;
using CostSociety.Tests.Laws;

namespace CostSociety.Tests.Hostile;

/// <summary>A checkpoint that is cut, damaged or of another circuit is refused, and the society goes on as if nothing had been tried.</summary>
public sealed class DamagedCheckpointTests
{
    private const int Few = 1_000;
    private const int Many = 50_000;

    [Fact]
    public void FlippedBits_AreRefused() => FlipBits(Few);

    [Fact]
    [Trait("Category", "Long")]
    public void ManyFlippedBits_AreRefused() => FlipBits(Many);

    [Fact]
    public void Cut_AnywhereAtAll_IsRefused() => Damage(300, (checkpoint, random) => checkpoint[..random.Next(checkpoint.Length)]);

    [Fact]
    public void Foreign_Checkpoints_AreRefused()
    {
        byte[][] foreign =
        [
            Training.Save(Training.Of(Training.Digits).Build()),
            Training.Save(Training.Of(Training.Narrow, "learning.seed=2").Build()),
            Training.Save(Training.Of(Training.Narrow, "learning.update={ \"kind\": \"adam\", \"rate\": 0.01 }").Build()),
            Training.Save(Training.Of(Training.Narrow, "areas.hidden1.units=13").Build()),
            WithoutChecksum(),
            [],
            "hello, this is a text"u8.ToArray(),
            new byte[4096],
        ];
        foreach (byte[] other in foreign)
            Damage(1, (_, _) => other);
    }

    private static byte[] WithoutChecksum()
    {
        byte[] bytes = Training.Save(Training.Of(Training.Narrow).Build());
        int key = bytes.AsSpan().IndexOf("crc32c"u8);
        bytes[key] = (byte)'k';
        return bytes;
    }

    private static void FlipBits(int count) => Damage(count, (checkpoint, random) =>
    {
        byte[] flipped = [.. checkpoint];
        for (int flips = random.Next(1, 4); flips > 0; flips--)
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    });

    /// <summary>Damages the checkpoint of a young society, a new way each time, and loads it into one that has lived on.</summary>
    private static void Damage(int count, Func<byte[], Random, byte[]> change)
    {
        var training = Training.Of(Training.Narrow);
        using var society = training.Steps(training.Build(), 3);
        byte[] checkpoint = Training.Save(society);
        training.Steps(society, 2);
        byte[] before = Training.Save(society);
        var random = new Random(5);
        for (int i = 0; i < count; i++)
        {
            byte[] damaged = change(checkpoint, random);
            if (!damaged.AsSpan().SequenceEqual(checkpoint))
                Assert.Throws<CheckpointException>(() => Training.Load(society, damaged));
        }
        Checkpoints.AssertEqual(before, Training.Save(society));
    }
}
