using System.Net;
using System.Net.Sockets;
using CostSociety.Tests.Data;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Cli;

public sealed class DataTests
{
    [Fact]
    public void List_NamesEverySourceAndHowToGetIt()
    {
        using var folder = new TemporaryFolder();

        var json = CliProcess.Run(folder, "data", "--json").Json().GetProperty("sources").EnumerateArray().ToList();
        string text = CliProcess.Run(folder, "data").Output;

        Assert.Equal(["digits", "fashion-mnist", "mnist"], json.Select(s => s.GetProperty("name").GetString()));
        Assert.Equal([1797, 2000, 70000], json.Select(s => s.GetProperty("rows").GetInt32()));
        Assert.Equal("[1, 28, 28]", json[1].GetProperty("fields")[0].GetProperty("shape").GetString());
        Assert.Equal((null, "costsociety data get mnist"), (json[2].GetProperty("place").GetString(), json[2].GetProperty("get").GetString()));
        Assert.Contains("costsociety data get mnist", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithoutTheData_SaysTheCommand()
    {
        using var folder = new TemporaryFolder();

        var result = CliProcess.Run(folder, "train", "circuits/fashion/convnet.circuit.json", "--set", "streams.image.source=mnist", "--set", "streams.label.source=mnist");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error: the data set 'mnist' is not on this machine (looked in ", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith("get it with: costsociety data get mnist", result.Errors, StringComparison.Ordinal);
        Assert.Empty(folder.Names());
    }

    [Fact]
    public void Get_FilesOfAnotherHash_AreRefusedWithBothHashes()
    {
        using var folder = new TemporaryFolder();

        var result = CliProcess.RunWith(folder, new() { ["COSTSOCIETY_DATA"] = folder["data"] }, "data", "get", "fashion-mnist", "--from", DataFolderOfTests.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is not the train-images-idx3-ubyte of fashion-mnist:\n  its SHA-256 is ", result.Errors, StringComparison.Ordinal);
        Assert.Contains("expected      c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888", result.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder["data"]));
    }

    [Fact]
    public void Get_FromAFolderWithoutTheFiles_NamesTheMissingOne()
    {
        using var folder = new TemporaryFolder();

        var result = CliProcess.RunWith(folder, new() { ["COSTSOCIETY_DATA"] = folder["data"] }, "data", "get", "mnist", "--from", ".");

        Assert.Equal((1, "error: neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz is in '.' or below"), (result.ExitCode, result.Errors));
    }

    [Fact]
    public void Get_WithoutANetwork_SaysFrom()
    {
        using var folder = new TemporaryFolder();

        var result = CliProcess.RunWith(folder, new() { ["COSTSOCIETY_DATA"] = folder["data"] }, "data", "get", "mnist", "--mirror", "http://127.0.0.1:9/", "--json");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("error: 'mnist' cannot be downloaded\n  http://127.0.0.1:9/: ", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith("then costsociety data get mnist --from FOLDER", result.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder["data"]));
    }

    [Fact]
    public void Get_FromAMirror_FetchesThePackedFilesAndChecksThem()
    {
        using var folder = new TemporaryFolder();
        using var server = new FolderServer(Path.Combine(DataFolderOfTests.Path, "fashion-mnist"));

        var result = CliProcess.RunWith(folder, new() { ["COSTSOCIETY_DATA"] = folder["data"] }, "data", "get", "fashion-mnist", "--mirror", server.Address);

        Assert.Equal(["/train-images-idx3-ubyte.gz"], server.Asked);
        Assert.Contains($"{server.Address}/train-images-idx3-ubyte.gz is not the train-images-idx3-ubyte of fashion-mnist", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_FromNoFolder_SaysSo()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal("error: there is no folder 'nowhere'", CliProcess.Run(folder, "data", "get", "mnist", "--from", "nowhere").Errors);
    }

    [Fact]
    public void Help_SaysTheRule_NotTheFolderOfThisMachine()
    {
        using var folder = new TemporaryFolder();

        string help = CliProcess.RunWith(folder, new() { ["COSTSOCIETY_DATA"] = "/secret" }, "data", "get", "--help").Output;

        Assert.Contains("($COSTSOCIETY_DATA, else costsociety/data in ", help, StringComparison.Ordinal);
        Assert.DoesNotContain("/secret", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data get iris")]
    [InlineData("data get mnist --from . --mirror http://127.0.0.1/")]
    public void Get_WrongUsage_EndsWith2(string line)
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(2, CliProcess.Run(folder, line.Split(' ')).ExitCode);
    }

    /// <summary>Serves the files of a folder by HTTP, one request after the other.</summary>
    private sealed class FolderServer : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly string _folder;

        public FolderServer(string folder)
        {
            _folder = folder;
            Address = $"http://127.0.0.1:{FreePort()}";
            _listener.Prefixes.Add(Address + "/");
            _listener.Start();
            _listener.BeginGetContext(Answer, null);
        }

        public string Address { get; }

        public List<string> Asked { get; } = [];

        public void Dispose() => _listener.Close();

        private static int FreePort()
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        private void Answer(IAsyncResult result)
        {
            try
            {
                var context = _listener.EndGetContext(result);
                Asked.Add(context.Request.RawUrl!);
                using (context.Response)
                    context.Response.OutputStream.Write(File.ReadAllBytes(_folder + context.Request.RawUrl));
                _listener.BeginGetContext(Answer, null);
            }
            catch (Exception e) when (e is ObjectDisposedException or HttpListenerException)
            {
                // The test is over.
            }
        }
    }
}
