using System.Diagnostics;
using CostSociety.Runs;
using CostSociety.Tests.Cli;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Hostile;

/// <summary>
/// A disk that is full, and one that cannot be written to: one clear message, and the last good state is kept. The disks
/// are small file systems in memory, mounted for one process alone.
/// </summary>
public sealed class FullDiskTests
{
    [Fact]
    public void FullDisk_IsSaid_AndTheLastCheckpointLoads()
    {
        using var folder = new TemporaryFolder();

        var result = OnDisk(folder, "size=700k", "train", "--steps", "400", "--set", "run.checkpoint=every 3 steps", "--out", "disk/run");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"(?m)^error: cannot write 'disk/run/[^']+': the disk is full; free some space or choose another folder$", result.Errors);
        Assert.Single(result.Errors.Split('\n'), l => l.StartsWith("error:", StringComparison.Ordinal));
        var resumed = CliProcess.Run(folder, "train", "--resume", "kept/run", "--steps", "30");
        Assert.True(resumed.ExitCode == 0, resumed.Errors);
        Assert.NotNull(new CheckpointFolder(folder["kept/run/checkpoints"]).LoadLatest());
    }

    [Fact]
    public void ReadOnlyFolder_IsSaid_BeforeAnythingIsTrained()
    {
        using var folder = new TemporaryFolder();

        var result = OnDisk(folder, "ro", "train", "--steps", "5", "--out", "disk/run");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("error: cannot write 'disk/run': the folder cannot be written to; change its permissions or choose another folder", result.Errors.Trim());
        Assert.Equal("", result.Output);
    }

    /// <summary>Runs the program with a disk of its own at <c>disk</c>, and copies what the disk holds in the end to <c>kept</c>.</summary>
    private static CliResult OnDisk(TemporaryFolder folder, string options, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "CostSociety.Cli.dll");
        string script = $"mkdir disk kept && mount -t tmpfs -o {options} none disk && {{ dotnet exec '{program}' \"$@\"; code=$?; cp -r disk/. kept; exit $code; }}";
        var start = new ProcessStartInfo("unshare", ["-rm", "sh", "-c", script, "sh", .. arguments])
        {
            WorkingDirectory = folder.Path,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return new CliResult(process.ExitCode, output.Result, errors);
    }
}
