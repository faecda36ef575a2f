namespace CostSociety.Synthesis;

/// <summary>
/// Counts what a society will need before anything of it is allocated, and refuses the term that no longer fits.
/// </summary>
/// <param name="bytes">Bytes that may be used.</param>
internal sealed class MemoryBudget(long bytes)
{
    /// <summary>Rough size of one operation of the graph on the host.</summary>
    public const long NodeBytes = 240;

    /// <summary>No limit, for what is small by nature.</summary>
    public static MemoryBudget None => new(long.MaxValue);

    /// <summary>Bytes counted so far.</summary>
    public long Used { get; private set; }

    /// <summary>The limit of a circuit, or as much as the machine (or the container) has.</summary>
    public static MemoryBudget Of(Circuits.Circuit circuit) => new(circuit.MemoryLimit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>The same limit and what is counted so far.</summary>
    public MemoryBudget Copy() => new(bytes) { Used = Used };

    /// <summary>Counts a term.</summary>
    /// <param name="term">What it is, for the message.</param>
    /// <param name="size">Its bytes.</param>
    /// <exception cref="MemoryBudgetException">It does not fit.</exception>
    public void Take(string term, long size)
    {
        if (!TryTake(size))
            throw new MemoryBudgetException(term, size, Used, bytes);
    }

    /// <summary>Counts a term if it fits.</summary>
    public bool TryTake(long size)
    {
        if (size > bytes - Used)
            return false;
        Used += size;
        return true;
    }

    /// <summary>Gives back what is needed no longer.</summary>
    public void Return(long size) => Used -= size;
}

/// <summary>A society needs more memory than it may use.</summary>
internal sealed class MemoryBudgetException(string term, long size, long used, long budget) : Exception(
    $"{term} takes {ByteText.Format(size)}; with the {ByteText.Format(used)} before it that is more than the {ByteText.Format(budget)} allowed")
{
    /// <summary>What did not fit.</summary>
    public string Term { get; } = term;
}
