namespace CostSociety.Data;

/// <summary>Which rows of a source train when a circuit says nothing else.</summary>
internal static class RowSplit
{
    /// <summary>What the documentation says about it.</summary>
    public const string Doc = "every fifth row held out";

    private const int Stride = 5;

    /// <summary>Rows of both parts: those of the range, or all but every fifth.</summary>
    public static (int[] Train, int[] Test) Of(int rows, RowRange? split)
    {
        bool Trains(int row) => split?.Holds(row) ?? row % Stride != Stride - 1;
        int[] all = [.. Enumerable.Range(0, rows)];
        return ([.. all.Where(Trains)], [.. all.Where(r => !Trains(r))]);
    }
}
