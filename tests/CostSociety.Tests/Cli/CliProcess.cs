using System.Diagnostics;
using System.Text.Json;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Cli;

/// <summary>What a program printed and how it ended.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Errors)
{
    public JsonElement Json() => JsonDocument.Parse(Output).RootElement;
}

/// <summary>Runs the built program as a user does.</summary>
internal static class CliProcess
{
    private const int Milliseconds = 120_000;

    /// <summary>Runs it in a folder to its end.</summary>
    public static CliResult Run(TemporaryFolder folder, params string[] arguments) => Run(folder, _ => false, arguments);

    /// <summary>Runs it, and asks it to end as the system does once it has written a certain line to standard error.</summary>
    public static CliResult Run(TemporaryFolder folder, Func<string, bool> endsAt, params string[] arguments) => Run(folder, endsAt, [], arguments);

    /// <summary>Runs it with other values of environment variables.</summary>
    public static CliResult RunWith(TemporaryFolder folder, Dictionary<string, string> variables, params string[] arguments) =>
        Run(folder, _ => false, variables, arguments);

    private static CliResult Run(TemporaryFolder folder, Func<string, bool> endsAt, Dictionary<string, string> variables, string[] arguments)
    {
        using var process = Start(folder, variables, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = new List<string>();
        while (process.StandardError.ReadLine() is { } line)
        {
            errors.Add(line);
            if (endsAt(line))
                Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
        }
        Assert.True(process.WaitForExit(Milliseconds), "the program did not end");
        return new CliResult(process.ExitCode, output.Result, string.Join('\n', errors));
    }

    /// <summary>Starts it and does not wait.</summary>
    public static Process Start(TemporaryFolder folder, string[] arguments) => Start(folder, [], arguments);

    private static Process Start(TemporaryFolder folder, Dictionary<string, string> variables, string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "CostSociety.Cli.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
        {
            WorkingDirectory = folder.Path,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
