using System.Diagnostics;
using CostSociety.Runs;
using CostSociety.Tests.Cli;
using CostSociety.Tests.Laws;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Hostile;

/// <summary>A run that is killed at any moment from its first line on goes on from its last checkpoint, bit for bit.</summary>
public sealed class KilledRunTests
{
    private const int Steps = 600;
    private const string Often = "run.checkpoint=every 7 steps";

    [Fact]
    public void Killed_AFewTimes_ResumesBitForBit() => Kill(3);

    [Fact]
    [Trait("Category", "Long")]
    public void Killed_FiftyTimes_ResumesBitForBit() => Kill(50);

    /// <summary>Kills runs at random moments; every one must be complete after it was resumed.</summary>
    private static void Kill(int times)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, CliProcess.Run(folder, "train", "--steps", $"{Steps}", "--set", Often, "--out", "whole").ExitCode);
        byte[] whole = File.ReadAllBytes(Newest(folder["whole"]));
        var random = new Random(17);
        for (int i = 0; i < times; i++)
        {
            string run = $"run{i}";
            StartAndKill(folder, run, TimeSpan.FromMilliseconds(random.NextDouble() * 900));
            Assert.NotNull(new CheckpointFolder(folder[$"{run}/checkpoints"]).LoadLatest());
            var resumed = CliProcess.Run(folder, "train", "--resume", run, "--steps", $"{Steps}");
            Assert.True(resumed.ExitCode == 0, $"kill {i}: {resumed.Errors}");
            Checkpoints.AssertEqual(whole, File.ReadAllBytes(Newest(folder[run])));
        }
    }

    private static void StartAndKill(TemporaryFolder folder, string run, TimeSpan after)
    {
        using var process = CliProcess.Start(folder, ["train", "--steps", $"{Steps}", "--set", Often, "--out", run]);
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        Assert.StartsWith("run: ", process.StandardError.ReadLine(), StringComparison.Ordinal);
        Thread.Sleep(after);
        Process.Start("kill", ["-KILL", $"{process.Id}"]).WaitForExit();
        process.WaitForExit();
    }

    private static string Newest(string run) => new CheckpointFolder(Path.Combine(run, "checkpoints")).List()[^1].Path;
}
