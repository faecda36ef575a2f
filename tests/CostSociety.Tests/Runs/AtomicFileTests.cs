using CostSociety.Runs;

namespace CostSociety.Tests.Runs;

public sealed class AtomicFileTests
{
    [Fact]
    public void Write_FailingWriter_LeavesOldFileAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder["a.txt"], "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(folder["a.txt"], stream =>
        {
            stream.Write("half of the new"u8);
            stream.Flush();
            throw new InvalidOperationException("power cut");
        }));

        Assert.Equal("old", File.ReadAllText(folder["a.txt"]));
        Assert.Equal(["a.txt"], folder.Names());
    }

    [Fact]
    public void Write_ExistingFile_IsReplaced()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder["a.txt"], "a much longer old text");

        AtomicFile.WriteText(folder["a.txt"], "new");

        Assert.Equal("new", File.ReadAllText(folder["a.txt"]));
    }

    [Fact]
    public void Write_MissingFolder_SaysHowToRepair()
    {
        using var folder = new TemporaryFolder();
        string path = folder["missing/a.txt"];

        var failure = Assert.Throws<IOException>(() => AtomicFile.WriteText(path, "x"));

        Assert.Equal($"cannot write '{path}': its folder does not exist; create it or choose another folder", failure.Message);
    }

    [Theory]
    [InlineData("file/a.txt", "'{0}' is a file, not a folder; choose another folder")]
    [InlineData("file/b/a.txt", "'{0}' is a file, not a folder; choose another folder")]
    [InlineData("folder", "it is a folder; choose the name of a file")]
    public void Write_SomethingInTheWay_IsNamed(string name, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        Directory.CreateDirectory(folder["folder"]);

        var failure = Assert.Throws<IOException>(() => AtomicFile.WriteText(folder[name], "x"));

        Assert.Equal($"cannot write '{folder[name]}': {reason.Replace("{0}", folder["file"])}", failure.Message);
    }

    [Fact]
    public void CreateFolder_WhereAFileIs_SaysSo()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");

        Assert.EndsWith("it is a file, not a folder; choose another folder", Assert.Throws<IOException>(() => AtomicFile.CreateFolder(folder["file"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_DiskFull_SaysSoAndCleansUp()
    {
        using var folder = new TemporaryFolder();

        var failure = Assert.Throws<IOException>(() => AtomicFile.Write(folder["a.txt"], _ => throw new IOException("No space left on device", 28)));

        Assert.Contains("a.txt': the disk is full; free some space", failure.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Names());
    }

    [Fact]
    public void Explained_NoPermission_NamesTheRemedy()
    {
        var failure = AtomicFile.Explained("runs/a", new UnauthorizedAccessException("denied"), isFolder: true);

        Assert.Contains("cannot write 'runs/a': the folder cannot be written to; change its permissions", failure.Message, StringComparison.Ordinal);
    }
}
