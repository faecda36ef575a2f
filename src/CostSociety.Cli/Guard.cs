using CostSociety.Data;
using CostSociety.Language;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>Turns what can go wrong for a user into a message on standard error and an exit code.</summary>
internal static class Guard
{
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
        catch (Exception e) when (e is CheckpointException or IOException or UnauthorizedAccessException or InvalidDataException or NoDataException)
        {
            Console.Error.WriteLine($"error: {(AtomicFile.RemedyOf(e) is { } remedy ? $"{e.Message.TrimEnd('.')}: {remedy}" : e.Message)}");
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
