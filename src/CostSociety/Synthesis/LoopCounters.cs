namespace CostSociety.Synthesis;

/// <summary>Counters of the loops that synthesis emits; counter 0 is the step.</summary>
internal static class LoopCounters
{
    /// <summary>Loops of 0 or 1 rounds: what runs only in some stages.</summary>
    public const byte Conditions = 1;

    /// <summary>Sites that have weights of their own.</summary>
    public const byte Sites = 2;

    /// <summary>Samples that a program over a bank goes through.</summary>
    public const byte Samples = 3;
}
