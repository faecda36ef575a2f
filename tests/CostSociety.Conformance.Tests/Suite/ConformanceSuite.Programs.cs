using System.Runtime.ExceptionServices;
using CsCheck;

namespace CostSociety.Conformance.Tests;

public abstract partial class ConformanceSuite
{
    private const int Programs = 500;

    // Sizes come from the generator, so that a failure shrinks; everything else follows from the seed.
    private static readonly Gen<(int Ops, int Rows, int Cols, int Seed)> _programCases =
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 24], Gen.Int[1, 70], Gen.Int[0, int.MaxValue]);

    [Fact]
    public void RandomPrograms_FixedSeed_MatchOracle() => Repeat(_programCases, Programs, CheckProgram);

    [Fact]
    [Trait("Category", "Long")]
    public void RandomPrograms_ManySeeds_MatchOracle()
    {
        using var executor = Create(0);
        _programCases.Sample(sample => { CheckProgram(executor, sample); }, iter: 10 * Programs, threads: 1);
    }

    // The same cases in every run. Errors are those that the oracle carries along, so a wide bound compares nothing:
    // most bounds must be narrow.
    private void Repeat<T>(Gen<T> cases, int count, Func<IExecutor, T, Tally> check)
    {
        var random = PCG.Parse("0000000000001");
        T[] samples = [.. Enumerable.Range(0, count).Select(_ => cases.Generate(random, null, out var _))];
        var tally = CheckAll(samples, check);
        Assert.True(tally.TightShare > 0.8,
            $"only {tally.TightShare:P1} of {tally.Written} values have a narrow bound");
    }

    // On all processors, each thread with an executor of its own.
    private Tally CheckAll<T>(T[] samples, Func<IExecutor, T, Tally> check)
    {
        using var executors = new ThreadLocal<IExecutor>(() => Create(0), trackAllValues: true);
        try
        {
            return samples.AsParallel().Select(sample => check(executors.Value!, sample))
                .Aggregate(default(Tally), (a, b) => a + b);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
            throw;
        }
        finally
        {
            foreach (var executor in executors.Values)
                executor.Dispose();
        }
    }

    private static Tally CheckProgram(IExecutor executor, (int Ops, int Rows, int Cols, int Seed) sample)
    {
        var random = new Random(sample.Seed);
        var builder = new BitstreamBuilder().UseRegisters(3);
        AddProgram(builder, random, sample.Rows, sample.Cols, sample.Ops);
        return Check(executor, builder, random, $"program {sample}", runs: 2);
    }

    private static void AddProgram(BitstreamBuilder builder, Random random, int rows, int cols, int ops)
    {
        var program = new RandomProgram(random, rows, cols);
        var operands = new List<Operand>();
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            operands.Add(ProgramSource(builder, random, rows, cols));
            program.Load(operands.Count - 1, perRow: random.Next(3) == 0);
        }
        program.Register(random.Next(3), Flip(random));
        program.Grow(ops);
        for (int i = random.Next(1, 5); i > 0; i--)
            AddStore(builder, random, program, operands, rows, cols);
        builder.Evaluate(rows, cols, builder.Program(program.Build()), [.. operands]);
    }

    // Besides what instructions read: a bank, and rows that several rows of the domain share.
    private static Operand ProgramSource(BitstreamBuilder builder, Random random, int rows, int cols) =>
        random.Next(4) switch
        {
            0 => builder.Bank(Region.State, rows, cols, random.Next(4)),
            1 => builder.Signal(Region.State, rows, cols) with { RowRepeat = random.Next(1, 4) },
            _ => Source(builder, random, rows, cols),
        };

    private static void AddStore(
        BitstreamBuilder builder, Random random, RandomProgram program, List<Operand> operands, int rows, int cols)
    {
        int operand = operands.Count, repeat = random.Next(2, 5);
        switch (random.Next(6))
        {
            case 0:
                operands.Add(builder.Column(Region.State, rows));
                program.Store(operand, perRow: true);
                break;
            case 1:
                operands.Add(builder.Vector(Region.State, rows, cols));
                program.StoreSum(operand, perRow: false);
                break;
            case 2:
                operands.Add(builder.Column(Region.State, rows, repeat));
                program.StoreSum(operand, perRow: true);
                break;
            case 3:
                operands.Add(builder.Bank(Region.Scratch, rows, cols, random.Next(4)));
                program.Store(operand, perRow: false);
                break;
            default:
                operands.Add(Destination(builder, random, rows, cols));
                program.Store(operand, perRow: false);
                break;
        }
    }
}
