namespace CostSociety.Runs;

/// <summary>A checkpoint, or another file of a run, that cannot be used; the message says why.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>A refusal with its reason.</summary>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal with its reason and cause.</summary>
    public CheckpointException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
