using CostSociety.Language;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>Turns what can go wrong for a user into a message on standard error and an exit code.</summary>
internal static class Guard
{
    private const string TooLarge = "the circuit is too large: each memory of the fabric holds at most 2,147,483,647 numbers";

    public static int Run(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (CostSocietyException e)
        {
            WriteDiagnostics(e.Diagnostics);
        }
        catch (Exception e) when (e is CheckpointException or IOException or UnauthorizedAccessException or InvalidDataException or OverflowException)
        {
            Console.Error.WriteLine($"error: {(e is OverflowException ? TooLarge : e.Message)}");
        }
        return ExitCode.Failed;
    }

    /// <summary>All messages, each on lines of its own.</summary>
    public static void WriteDiagnostics(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
            Console.Error.WriteLine(DiagnosticText.Render(diagnostic));
    }
}
