namespace CostSociety.Fabric;

/// <summary>Checks a bitstream before it is loaded, so that executors may trust every index and range in it.</summary>
public static class Verifier
{
    /// <summary>The deepest nesting of loops.</summary>
    public const int MaxLoopDepth = 4;

    /// <summary>Checks all rules of the encoding.</summary>
    /// <exception cref="BitstreamException">A rule is broken; the message names instruction, kind and rule.</exception>
    public static void Verify(Bitstream bitstream)
    {
        ArgumentNullException.ThrowIfNull(bitstream);
        VerifyHeader(bitstream);
        for (int i = 0; i < bitstream.Instructions.Length; i++)
            new InstructionCheck(bitstream, i).Verify();
        foreach (var entry in bitstream.EntryPoints)
            new EntryPointCheck(bitstream, entry).Verify();
    }

    private static void VerifyHeader(Bitstream bitstream)
    {
        if (bitstream.Version != Bitstream.CurrentVersion)
            throw new BitstreamException(
                $"the bitstream has version {bitstream.Version}; this fabric reads version {Bitstream.CurrentVersion}");
        var sizes = bitstream.Sizes;
        if (sizes.State < 0 || sizes.Scratch < 0 || sizes.Io < 0)
            throw new BitstreamException($"memory sizes must not be negative: {sizes}");
        if (bitstream.Registers < 0 || bitstream.Counters is < 1 or > 256)
            throw new BitstreamException("there must be 0 or more registers and 1 to 256 counters");
        var names = new HashSet<string>();
        foreach (var entry in bitstream.EntryPoints)
            VerifyEntry(bitstream, entry, names);
    }

    private static void VerifyEntry(Bitstream bitstream, EntryPoint entry, HashSet<string> names)
    {
        if (!names.Add(entry.Name))
            throw new BitstreamException($"entry point '{entry.Name}' is there twice");
        if (entry.First < 0 || entry.Count < 0 || (long)entry.First + entry.Count > bitstream.Instructions.Length)
            throw new BitstreamException(
                $"entry point '{entry.Name}' covers instructions {entry.First} to {(long)entry.First + entry.Count - 1}, "
                + $"but there are {bitstream.Instructions.Length}");
    }
}
