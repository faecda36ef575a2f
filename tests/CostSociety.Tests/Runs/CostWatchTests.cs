using CostSociety.Circuits;
using CostSociety.Language;
using CostSociety.Runs;
using CostSociety.Tests.Laws;

namespace CostSociety.Tests.Runs;

/// <summary>A watched cost file: what is saved in it is ready some looks later, whole or not at all.</summary>
public sealed class CostWatchTests : IDisposable
{
    private const string Name = "mine.costs.json";
    private const string Good = """{ "format": 1, "parameters": { "k": 1 }, "costs": { "report": { "minimize": "k * cross_entropy(report, label)", "teaches": "upstream" } } }""";

    private readonly TemporaryFolder _folder = new();
    private readonly Society _society = Training.Of(Training.Digits).Build();

    [Fact]
    public void GoodSave_IsReadyToBeCommitted()
    {
        using var watch = Watch();
        Save(Good.Replace("1 }", "2 }", StringComparison.Ordinal));
        using var prepared = Next(watch).Prepared;

        _society.Commit(prepared!);

        Assert.Equal("mine", _society.Costs.Name);
        Assert.Equal(_folder[Name], _society.Costs.Source.Path);
        Assert.Null(watch.Take());
    }

    [Theory]
    [InlineData("""{ "format": 1, "costs": { "v1": { "minimize": "mean(nobody)" }, "v9": { "minimize": "mean(v1)" } } }""")]
    [InlineData("""{ "format": 1, "costs": { "v1": { "minimize": "mean(square(v1)" } } }""")]
    [InlineData("""{ "format": 1, "costs": { "v1": """)]
    [InlineData("")]
    public void WrongSave_HasTheMessagesOfACheck(string text)
    {
        File.Copy(Repository.PathOf(Training.Digits), _folder["mine.circuit.json"]);
        using var watch = Watch();
        Save(text);

        var refused = Next(watch);

        var expected = new Diagnostics();
        if (Circuit.TryLoad(_folder["mine.circuit.json"], ["costs=" + Name], expected) is { } circuit)
            Inspection.TryOf(circuit, expected);
        Assert.Null(refused.Prepared);
        Assert.Equal(expected.Items.Select(DiagnosticText.Render), refused.Diagnostics.Select(DiagnosticText.Render));
    }

    [Fact]
    public void AfterAWrongSave_OnlySomethingNewIsGiven()
    {
        using var watch = Watch();
        Save("wrong");
        Assert.Null(Next(watch).Prepared);
        Save(Good + " // the same again");
        Save(Good.Replace("1 }", "3 }", StringComparison.Ordinal));

        using var prepared = Next(watch).Prepared;

        Assert.Contains("3", prepared!.Costs.ResolvedJson, StringComparison.Ordinal);
    }

    [Fact]
    public void Overrides_HoldForEverySave()
    {
        using var watch = Watch("costs:parameters.k=0.25");
        Save(Good.Replace("report, label)", "report, label) + 0 * mean(it)", StringComparison.Ordinal));
        using var prepared = Next(watch).Prepared;

        Assert.Equal("0.25", prepared!.Costs.Parameters[0].Text.Text);
    }

    [Fact]
    public void SaveByRename_IsTaken_AndAMissingFileIsNone()
    {
        using var watch = Watch();
        File.Delete(_folder[Name]);
        File.WriteAllText(_folder["new"], Good.Replace("1 }", "4 }", StringComparison.Ordinal));
        File.Move(_folder["new"], _folder[Name]);

        using var prepared = Next(watch).Prepared;

        Assert.Contains("4", prepared!.Costs.ResolvedJson, StringComparison.Ordinal);
    }

    [Fact]
    public void SavesInQuickOrder_EndWithTheLast()
    {
        using var watch = Watch();
        for (int i = 2; i <= 30; i++)
        {
            Save(Good[..(i % 2 == 0 ? Good.Length / 2 : Good.Length)].Replace("1 }", $"{i} }}", StringComparison.Ordinal));
            watch.Take()?.Prepared?.Dispose();
        }
        Save(Good.Replace("1 }", "31 }", StringComparison.Ordinal));

        using var prepared = Next(watch, w => w.Prepared?.Costs.Parameters[0].Text.Text == "31").Prepared;

        Assert.NotNull(prepared);
    }

    public void Dispose()
    {
        _society.Dispose();
        _folder.Dispose();
    }

    private CostWatch Watch(params string[] overrides)
    {
        Save(Good);
        return new CostWatch(_society, _folder[Name], Good, overrides);
    }

    private void Save(string text) => File.WriteAllText(_folder[Name], text);

    private static WatchedCosts Next(CostWatch watch, Func<WatchedCosts, bool>? wanted = null)
    {
        WatchedCosts? found = null;
        Assert.True(SpinWait.SpinUntil(() => (found = watch.Take() ?? found) is { } f && wanted?.Invoke(f) is not false, TimeSpan.FromSeconds(60)), "nothing was found");
        return found!;
    }
}
