using CostSociety.Runs;
using CsCheck;

namespace CostSociety.Tests.Runs;

public sealed class MetricsFileTests
{
    private static readonly string[] _names = [MetricsFile.CostColumn("v1", "sparse"), MetricsFile.TestColumn("accuracy")];

    [Fact]
    public void Create_Rows_AreInvariantCsv()
    {
        using var folder = new TemporaryFolder();

        Begin(folder["metrics.csv"]);

        Assert.Equal(
            "step,epoch,stage,samples_per_second,cost.v1.sparse,measure.accuracy.test\n"
            + "0,0,eyes,,0.5,\n100,1.5,eyes,12345.5,0.25,0.875\n200,3,\"a,\"\"b\"\"\",,1E-20,0.9\n",
            File.ReadAllText(folder["metrics.csv"]));
    }

    [Fact]
    public void Resume_RowsAfterTheStep_AreRemoved()
    {
        using var folder = new TemporaryFolder();
        Begin(folder["metrics.csv"]);

        using (var metrics = MetricsFile.Resume(folder["metrics.csv"], _names, 100))
            metrics.Append(150, 2, "school", double.NaN, [0.1, double.NaN]);

        Assert.Equal([0L, 100, 150], MetricsTable.Read(folder["metrics.csv"]).Rows.Select(row => row.Step));
    }

    [Fact]
    public void Resume_SameSteps_GivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        Begin(folder["metrics.csv"]);
        string whole = File.ReadAllText(folder["metrics.csv"]);

        using (var metrics = MetricsFile.Resume(folder["metrics.csv"], _names, 100))
            metrics.Append(200, 3, "a,\"b\"", double.NaN, [1e-20, 0.9]);

        Assert.Equal(whole, File.ReadAllText(folder["metrics.csv"]));
    }

    [Fact]
    public void Resume_EveryCutOfTheFile_Works()
    {
        using var folder = new TemporaryFolder();
        Begin(folder["metrics.csv"]);
        byte[] whole = File.ReadAllBytes(folder["metrics.csv"]);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(folder["cut.csv"], whole[..length]);
            using (var metrics = MetricsFile.Resume(folder["cut.csv"], _names, long.MaxValue))
                metrics.Append(999, 9, "", 1, [1, 2]);
            Assert.Equal(999, MetricsTable.Read(folder["cut.csv"]).Rows[^1].Step);
        }
    }

    [Fact]
    public void Resume_OtherValues_BecomeNewColumns()
    {
        using var folder = new TemporaryFolder();
        Begin(folder["metrics.csv"]);

        using (var metrics = MetricsFile.Resume(folder["metrics.csv"], ["cost.v1.decorrelate", _names[1]], 200))
            metrics.Append(300, 4, "", double.NaN, [7, 8]);
        var table = MetricsTable.Read(folder["metrics.csv"]);

        Assert.Equal([.. _names, "cost.v1.decorrelate"], table.Columns);
        Assert.Equal([double.NaN, 8, 7], table.Rows[^1].Values);
        Assert.Equal([300.0], table.Series("cost.v1.decorrelate").Steps);
        Assert.Equal([100.0, 200, 300], table.Series(_names[1]).Steps);
    }

    [Fact]
    public void RoundTrip_AnyValues_AreExact()
    {
        using var folder = new TemporaryFolder();
        Gen.Select(Gen.Double, Gen.Double, Gen.String).Sample((a, b, stage) =>
        {
            using (var metrics = MetricsFile.Create(folder["any.csv"], _names))
                metrics.Append(1, 0, stage, a, [a, b]);
            var row = MetricsTable.Read(folder["any.csv"]).Rows[0];
            return row.Values[0].Equals(a) && row.Values[1].Equals(b);
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void Append_SteadyState_AllocatesNothing()
    {
        using var folder = new TemporaryFolder();
        using var metrics = MetricsFile.Create(folder["metrics.csv"], _names);
        double[] values = [0.1, 0.2];
        metrics.Append(0, 0, "eyes", 1, values);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1; i <= 100; i++)
            metrics.Append(i, i * 0.1, "eyes", 1000.5, values);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Read_WrongRow_NamesFileAndLine()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["m.csv"], "step,epoch,stage,samples_per_second,x\n1,0,,,2\n2,0,,,oops\n");

        var refused = Assert.Throws<CheckpointException>(() => MetricsTable.Read(folder["m.csv"]));

        Assert.EndsWith("m.csv:3: 'oops' is no number", refused.Message, StringComparison.Ordinal);
    }

    private static void Begin(string path)
    {
        using var metrics = MetricsFile.Create(path, _names);
        metrics.Append(0, 0, "eyes", double.NaN, [0.5, double.NaN]);
        metrics.Append(100, 1.5, "eyes", 12345.5, [0.25, 0.875]);
        metrics.Append(200, 3, "a,\"b\"", double.NaN, [1e-20, 0.9]);
    }
}
