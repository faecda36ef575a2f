using CostSociety.Data;
using CostSociety.Tests.Runs;

namespace CostSociety.Tests.Data;

public sealed class CsvTests
{
    private const string Flowers = "length,width,name\n1,2,\"rose, red\"\n3,4,aster\n5,6,aster\n7,8,\"say \"\"x\"\"\"\n9,10,aster\n";

    [Fact]
    public void Open_Table_GivesValuesAndClassesInSortedOrder()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], Flowers);

        var streams = CircuitStreams.Open(DataFiles.Circuit(folder, """{ "csv": "a.csv", "label": "name" }""",
            """ "x": { "source": "mine", "field": "values" } """, """ "name": { "source": "mine", "encode": "one-hot" } """));

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], streams.Values("x", DataSplit.Train).ToArray());
        Assert.Equal([9, 10], streams.Values("x", DataSplit.Test).ToArray());
        Assert.Equal([0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1], streams.Values("name", DataSplit.Train).ToArray());
    }

    [Fact]
    public void Open_ChosenColumns_MayBeNamesNumbersAndRanges()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], "1,2,3,4\r\n5,6,7,8\r\n");

        var data = DataFiles.Circuit(folder, """{ "csv": "a.csv", "header": false, "columns": { "pair": "1:3", "x": ["3", "0"] } }""",
            """ "x": { "source": "mine" } """).Sources[0].Data.Open();

        Assert.Equal([2, 3, 6, 7], data.Values("pair").ToArray());
        Assert.Equal([4, 1, 8, 5], data.Values("x").ToArray());
    }

    [Fact]
    public void Open_WholeNumbersAsLabel_AreTheClasses()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], "a,c\n1,7\n2,0\n");

        var source = DataFiles.Circuit(folder, """{ "csv": "a.csv", "label": "c" }""", """ "x": { "source": "mine", "field": "values" } """).Sources[0].Data;

        Assert.Equal(8, source.Fields[1].Classes);
        Assert.Equal([7, 0], source.Open().Values("c").ToArray());
    }

    [Fact]
    public void Births_ColumnOfDates_NeedNotBeNumbers()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], "date,births\n1969-01-01,8486\n1969-01-02,9002\n");

        var source = DataFiles.Circuit(folder, """{ "csv": "a.csv", "columns": { "x": "births" } }""", """ "x": { "source": "mine" } """).Sources[0].Data;

        Assert.Equal([8486, 9002], source.Open().Values("x").ToArray());
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,oops\n", "a.csv:3:3: 'oops' in column 'b' is not a number")]
    [InlineData("a,b\n1,2\n\n3,\n", "a.csv:4:3: '' in column 'b' is not a number")]
    [InlineData("a,b\n1,nan\n", "a.csv:2:3: 'nan' in column 'b'")]
    [InlineData("a,b\n1,2\n3\n", "a.csv:3:1: a row of 1 cells, but the first has 2")]
    [InlineData("a,b\n1,\"2\n3,4\n", "a.csv:2:3: a quoted cell does not end")]
    [InlineData("a,b\n1,\"2\"x\n", "a.csv:2:6: 'x' after the quotes")]
    [InlineData("a,b\n\"1\n\",2\n3,oops\n", "a.csv:4:3: 'oops'")]
    [InlineData("a,b\n", "a.csv:1:1: the table has no row below its header")]
    [InlineData("", "a.csv:1:1: the table is empty")]
    public void Open_BadTable_NamesLineAndColumn(string text, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], text);

        Assert.StartsWith(message, DataFiles.Refusal(folder, """{ "csv": "a.csv" }"""), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_UnknownColumn_SuggestsTheNearest()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], Flowers);

        Assert.StartsWith("a.csv:1:1: there is no column 'lenght'; did you mean 'length'?",
            DataFiles.Refusal(folder, """{ "csv": "a.csv", "columns": { "x": "lenght" } }"""), StringComparison.Ordinal);
        Assert.StartsWith("a.csv:1:1: the table has the columns 0 to 2; '0:9' goes further",
            DataFiles.Refusal(folder, """{ "csv": "a.csv", "columns": { "x": "0:9" } }"""), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_EndlessCell_IsRefusedEarly()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], "a\n\"" + new string('x', 1 << 20));

        Assert.Contains("a cell is longer than 65536 characters", DataFiles.Refusal(folder, """{ "csv": "a.csv" }"""), StringComparison.Ordinal);
    }
}
