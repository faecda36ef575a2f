using CostSociety.Runs;

namespace CostSociety.Tests.Runs;

public sealed class RunFolderTests
{
    private static readonly DateTimeOffset _now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Create_SameSecond_GivesNumberedFolders()
    {
        using var root = new TemporaryFolder();

        for (int i = 0; i < 3; i++)
            RunFolder.Create("digits society", _now, root: root.Path);

        Assert.Equal(
            ["digits-society-20300102-030405", "digits-society-20300102-030405-2", "digits-society-20300102-030405-3"], root.Names());
    }

    [Fact]
    public void Create_ManyAtOnce_NeverShare()
    {
        using var root = new TemporaryFolder();
        string[] paths = new string[16];

        Parallel.For(0, paths.Length, i => paths[i] = RunFolder.Create("race", _now, root: root.Path).Path);

        Assert.Equal(paths.Length, paths.Distinct().Count());
        Assert.Equal(paths.Length, root.Names().Length);
    }

    [Fact]
    public void Create_GivenFolderInUse_IsRefused()
    {
        using var root = new TemporaryFolder();
        File.WriteAllText(root["something"], "");

        var failure = Assert.Throws<IOException>(() => RunFolder.Create("x", _now, folder: root.Path));

        Assert.Contains("is not empty; choose another folder with --out", failure.Message, StringComparison.Ordinal);
        Assert.Equal(root["new"], RunFolder.Create("x", _now, folder: root["new"]).Path);
    }

    [Fact]
    public void Facts_RoundTrip_AreEqual()
    {
        using var root = new TemporaryFolder();
        var run = RunFolder.Create("digits", _now, folder: root["run"]);
        var facts = new RunFacts("digits", ulong.MaxValue, "backprop", "simd", _now, new Dictionary<string, string> { ["costsociety"] = "0.1.0" });

        run.WriteStart(facts, "{}", "{}");
        var read = RunFolder.Open(run.Path).ReadFacts();

        Assert.Equal(facts with { Versions = read.Versions }, read);
        Assert.Equal(facts.Versions, read.Versions);
    }

    [Fact]
    public void Facts_NewerFormat_IsRefused()
    {
        Assert.Contains("format 2, but this program reads 1",
            Assert.Throws<CheckpointException>(() => RunFacts.Parse("run.json", """{"format": 2}""")).Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => RunFacts.Parse("run.json", "{"));
        Assert.Throws<CheckpointException>(() => RunFacts.Parse("run.json", """{"format": 1}"""));
    }

    [Fact]
    public void Checkpoints_Saved_OnlyTheLastAreKept()
    {
        using var root = new TemporaryFolder();
        var checkpoints = new CheckpointFolder(root.Path);

        for (int step = 0; step <= 1000; step += 200)
            Save(checkpoints, step);

        Assert.Equal(["step-000000600.safetensors", "step-000000800.safetensors", "step-000001000.safetensors"], root.Names());
        Assert.Equal([600L, 800, 1000], checkpoints.List().Select(file => file.Step));
    }

    [Fact]
    public void LoadLatest_DamagedNewest_FallsBackAndSaysWhy()
    {
        using var root = new TemporaryFolder();
        var checkpoints = new CheckpointFolder(root.Path);
        Save(checkpoints, 200);
        Save(checkpoints, 400);
        File.WriteAllBytes(checkpoints.PathOf(400), File.ReadAllBytes(checkpoints.PathOf(400))[..^1]);
        File.WriteAllText(root["step-later.safetensors"], "not a step");

        var loaded = checkpoints.LoadLatest();

        Assert.Equal(200, loaded.File.Step);
        Assert.Equal([200f], loaded.Content["w"].Floats());
        Assert.Contains("step-000000400.safetensors: cut off", Assert.Single(loaded.Skipped), StringComparison.Ordinal);
    }

    [Fact]
    public void LoadLatest_NothingValid_Throws()
    {
        using var root = new TemporaryFolder();

        Assert.Throws<CheckpointException>(() => new CheckpointFolder(root.Path).LoadLatest());
    }

    [Fact]
    public void Save_FailingWriter_KeepsAllOldCheckpoints()
    {
        using var root = new TemporaryFolder();
        var checkpoints = new CheckpointFolder(root.Path);
        for (int step = 0; step < 3; step++)
            Save(checkpoints, step);

        Assert.Throws<InvalidOperationException>(() => checkpoints.Save(3, _ => throw new InvalidOperationException()));

        Assert.Equal([0L, 1, 2], checkpoints.List().Select(file => file.Step));
        Assert.Equal(3, root.Names().Length);
    }

    [Fact]
    public void Truncate_LaterCheckpoints_AreRemoved()
    {
        using var root = new TemporaryFolder();
        var checkpoints = new CheckpointFolder(root.Path);
        Save(checkpoints, 200);
        Save(checkpoints, 400);

        checkpoints.Truncate(200);

        Assert.Equal([200L], checkpoints.List().Select(file => file.Step));
    }

    [Fact]
    public void Journal_CutLineAndLaterEntries_AreForgottenOnResume()
    {
        using var root = new TemporaryFolder();
        var journal = new Journal(root["journal.jsonl"]);
        journal.Append(new JournalEntry(0, "stage", "eyes"));
        journal.Append(new JournalEntry(300, "swap", "decorrelated", "a \"new\"\ncost"));
        journal.Append(new JournalEntry(500, "stage", "school"));
        File.AppendAllText(journal.Path, """{"step":6""");

        journal.Truncate(301);

        Assert.Equal([new(0, "stage", "eyes"), new(300, "swap", "decorrelated", "a \"new\"\ncost")], journal.Read());
    }

    [Fact]
    public void Open_OtherFolder_IsRefused()
    {
        using var root = new TemporaryFolder();

        Assert.Throws<CheckpointException>(() => RunFolder.Open(root.Path));
    }

    private static void Save(CheckpointFolder checkpoints, int step) =>
        checkpoints.Save(step, stream => Safetensors.Write(stream, [StoredTensor.Of("w", [1], [(float)step])]));
}
