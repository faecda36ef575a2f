namespace CostSociety.Peers;

/// <summary>Least and excellent value of one figure; of a time, less is better.</summary>
internal sealed record Goal(double Must, double Excellent, bool IsTime = false)
{
    /// <summary>"++" for excellent, "+" for enough, "-" for missed.</summary>
    public string Mark(double value) => Reaches(value, Excellent) ? "++" : Reaches(value, Must) ? "+" : "-";

    private bool Reaches(double value, double limit) => IsTime ? value <= limit : value >= limit;
}

/// <summary>What this engine is meant to reach in a case: how many times faster than TorchSharp, and how much of the machine.</summary>
internal sealed record Goals(Goal? OverEager, Goal? OverBest, Goal? Speed)
{
    private static readonly Goals _none = new(null, null, null);

    private static readonly Dictionary<(string Network, int Batch, string Update, int Threads), Goals> _table = new()
    {
        [("64-100-10", 1, ChainCase.Momentum, 2)] = Of((40, 80), (12, 25), new Goal(4, 2.5, IsTime: true)),
        [("64-100-10", 16, ChainCase.Momentum, 2)] = Of((14, 25), (5, 9)),
        [("64-100-10", 64, ChainCase.Momentum, 2)] = Of((8, 12), (4, 6)),
        [("64-100-10", 256, ChainCase.Momentum, 2)] = Of((3.5, 6), (2.5, 4)),
        [("64-100-10", 16, ChainCase.Momentum, 1)] = _none with { Speed = new Goal(40, 60) },
        [("64-100-10", 64, ChainCase.Momentum, 1)] = _none with { Speed = new Goal(50, 65) },
        [("64-100-10", 256, ChainCase.Momentum, 1)] = _none with { Speed = new Goal(50, 70) },
        [("784-128-10", 1, ChainCase.Momentum, 2)] = Of((10, 14), (4.5, 6)),
        [("784-128-10", 16, ChainCase.Momentum, 2)] = Of((5, 9), (3, 4.5), new Goal(50, 65)),
        [("784-128-10", 64, ChainCase.Momentum, 2)] = Of((3, 3.7), (1.9, 2.3), new Goal(75, 85)),
        [("784-128-10", 256, ChainCase.Momentum, 2)] = Of((1.7, 2), (1.4, 1.6), new Goal(73, 85)),
        [("784-512-512-10", 1, ChainCase.Momentum, 2)] = Of((5, 7), (2.2, 3), new Goal(95, 110)),
        [("784-512-512-10", 16, ChainCase.Momentum, 2)] = Of((2.7, 4), (1.8, 2.5), new Goal(50, 70)),
        [("784-512-512-10", 64, ChainCase.Momentum, 2)] = Of((1.6, 2.1), (1.4, 1.7), new Goal(75, 88)),
        [("784-512-512-10", 256, ChainCase.Momentum, 2)] = Of((1.2, 1.5), (1.1, 1.35), new Goal(75, 88)),
        [("784-2048-2048-10", 1, ChainCase.Momentum, 2)] = Of((2.5, 3.8), (1.5, 1.8), new Goal(35, 42)),
        [("784-2048-2048-10", 16, ChainCase.Momentum, 2)] = Of((2.4, 3), (1.9, 2.3), new Goal(45, 55)),
        [("784-2048-2048-10", 64, ChainCase.Momentum, 2)] = Of((1.6, 1.9), (1.4, 1.7), new Goal(74, 85)),
        [("784-2048-2048-10", 256, ChainCase.Momentum, 2)] = Of((1.25, 1.45), (1.15, 1.3), new Goal(80, 88)),
        [("784-2048-2048-10", 1, ChainCase.Adam, 2)] = Of((3, 4), (2.5, 3.5)),
        [("784-2048-2048-10", 16, ChainCase.Adam, 2)] = Of((2.5, 3.2), (2, 2.6)),
        [("784-512-512-10", 256, ChainCase.Momentum, 1)] = Of((1.1, 1.25), (1.05, 1.2), new Goal(80, 90)),
        [("784-2048-2048-10", 256, ChainCase.Momentum, 1)] = Of((1.1, 1.25), (1.05, 1.2), new Goal(80, 90)),
    };

    /// <summary>Goals of a case; there need not be any.</summary>
    public static Goals For(ChainCase chain) => _table.GetValueOrDefault((chain.Network, chain.Batch, chain.Update, chain.Threads), _none);

    private static Goals Of((double Must, double Excellent) eager, (double Must, double Excellent) best, Goal? speed = null) =>
        new(new Goal(eager.Must, eager.Excellent), new Goal(best.Must, best.Excellent), speed);
}
