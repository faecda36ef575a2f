using System.Diagnostics;

namespace CostSociety.Tests.Cli;

/// <summary>A test that needs NumPy: skipped where there is none, but in CI that is a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NumpyFactAttribute : FactAttribute
{
    private static readonly string? _python = Array.Find(["python3", "/usr/bin/python3"], HasNumpy);

    /// <summary>Looks for NumPy.</summary>
    public NumpyFactAttribute()
    {
        if (_python is null && Environment.GetEnvironmentVariable("CI") is null or "")
            Skip = "no python3 with numpy; eng/test-setup installs one";
    }

    /// <summary>What a line of Python prints.</summary>
    public static string Python(string code, string folder) => Run(_python ?? "python3", code, folder);

    private static bool HasNumpy(string python)
    {
        try
        {
            return Run(python, "import numpy; print(1)", ".") == "1";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Run(string python, string code, string folder)
    {
        var start = new ProcessStartInfo(python, ["-c", code])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd().Trim();
        errors.Wait();
        return output;
    }
}
