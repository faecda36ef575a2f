using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CostSociety.PublicApi.Tests;

/// <summary>The library compiled ahead of time, as games and robots have it: without a warning, and it runs.</summary>
public sealed class AotTests
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    [ToolchainFact]
    public void Sample_CompiledAheadOfTime_LearnsAndResumes()
    {
        string output = Directory.CreateTempSubdirectory("costsociety-aot-").FullName;
        try
        {
            // What it references is built already: this test's project references the same.
            var (code, log) = Run("dotnet", $"publish \"{Project()}\" -c {Configuration} --nologo -v q -p:RestoreLockedMode=true -p:BuildProjectReferences=false -o \"{output}\"");
            Assert.True(code == 0, log);
            Assert.DoesNotContain("warning", log, StringComparison.OrdinalIgnoreCase);
            string program = Path.Combine(output, OperatingSystem.IsWindows() ? "CostSociety.AotSample.exe" : "CostSociety.AotSample");
            Assert.False(File.Exists(Path.ChangeExtension(program, ".dll")), "the program was not compiled ahead of time");

            var (result, line) = Run(program, "");

            Assert.Matches(@"^age 601, miss \S+ -> \S+, learned, resumed bit for bit\s*$", line);
            Assert.Equal(0, result);
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    private static string Project()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CostSociety.sln")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, "tests", "CostSociety.AotSample", "CostSociety.AotSample.csproj");
    }

    private static (int Code, string Output) Run(string program, string arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        // The test host's own MSBuild settings are not this build's.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text + errors.Result);
    }
}

/// <summary>A test that needs a C toolchain to link with: skipped where there is none, but in CI that is a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolchainFactAttribute : FactAttribute
{
    /// <summary>Looks for the toolchain.</summary>
    public ToolchainFactAttribute()
    {
        if (!IsThere() && Environment.GetEnvironmentVariable("CI") is null or "")
            Skip = "no C toolchain (clang or gcc) to link with; eng/test-setup installs one";
    }

    private static bool IsThere() => OperatingSystem.IsWindows()
        ? RuntimeInformation.ProcessArchitecture == Architecture.X64
        : File.Exists("/usr/bin/clang") || File.Exists("/usr/bin/gcc");
}
