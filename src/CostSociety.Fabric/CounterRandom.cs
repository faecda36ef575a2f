namespace CostSociety.Fabric;

/// <summary>
/// Counter-based random numbers: Philox 4x32 with 10 rounds (Salmon, Moraes, Dror and Shaw, SC 2011). A number is a pure
/// function of its key and index, so neither threads, layout nor recording can move it.
/// </summary>
public static class CounterRandom
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>Stable hash of a symbol's name (FNV-1a over UTF-16, then mixed).</summary>
    public static ulong Hash(string symbol)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char c in symbol)
            hash = (hash ^ c) * 0x100000001B3;
        return Mix(hash);
    }

    /// <summary>Key of a stream of noise: the seed of the run, the replica, and the hash of the symbol it belongs to.</summary>
    public static ulong Key(ulong seed, uint replica, ulong symbol) => Mix(Mix(seed + replica * 0x9E3779B97F4A7C15) ^ symbol);

    /// <summary>Four words of noise for (key, block, step, counter).</summary>
    public static (uint W0, uint W1, uint W2, uint W3) Block(ulong key, uint block, long step, uint counter)
    {
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        uint c0 = block, c1 = (uint)step, c2 = (uint)(step >> 32), c3 = counter;
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0;
            ulong p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }
        return (c0, c1, c2, c3);
    }

    /// <summary>Word number <paramref name="index"/> of a stream: word (index mod 4) of block (index / 4).</summary>
    public static uint Word(ulong key, uint index, long step, uint counter)
    {
        var block = Block(key, index >> 2, step, counter);
        return (index & 3) switch { 0 => block.W0, 1 => block.W1, 2 => block.W2, _ => block.W3 };
    }

    /// <summary>A word as a number in (0, 1): the top 23 bits, centred in their interval; exact in float32.</summary>
    public static float Uniform(uint word) => ((word >> 9) + 0.5f) * (1.0f / 8388608);

    /// <summary>
    /// Pair of normal numbers from two words (Box and Muller 1958): radius sqrt(-2 log u1), angle 2 pi u2.
    /// Element i of a stream is the cosine (i even) or sine (i odd) part of words (i - i mod 2) and the next.
    /// </summary>
    public static (double Cosine, double Sine) NormalPair(uint first, uint second)
    {
        double radius = Math.Sqrt(-2 * Math.Log(Uniform(first)));
        double angle = 2 * Math.PI * Uniform(second);
        return (radius * Math.Cos(angle), radius * Math.Sin(angle));
    }

    /// <summary>Normal number <paramref name="index"/> of a stream, in double precision.</summary>
    public static double Normal(ulong key, uint index, long step, uint counter)
    {
        var block = Block(key, index >> 2, step, counter);
        var pair = (index & 2) == 0 ? NormalPair(block.W0, block.W1) : NormalPair(block.W2, block.W3);
        return (index & 1) == 0 ? pair.Cosine : pair.Sine;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
