namespace CostSociety.Cli;

/// <summary>What the program ends with.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>A finding, or a run that failed.</summary>
    public const int Failed = 1;

    /// <summary>A command line that is not understood.</summary>
    public const int Usage = 2;
}
