using CostSociety.Fabric;

namespace CostSociety.Synthesis;

/// <summary>Makes the tables of Gather. Equal geometry gives the same table object, so that equal gathers are one node.</summary>
/// <param name="budget">What the tables may use on the host.</param>
internal sealed class GatherTables(MemoryBudget budget)
{
    // Starts and indices of a table and of its transpose, and what making them takes.
    private const long BytesPerElement = 32;

    private readonly Dictionary<GatherTable, GatherTable> _transposed = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(int, int, int, int, int, int, int, bool), GatherTable> _tables = [];

    private GatherTables(GatherTables original, MemoryBudget budget)
        : this(budget)
    {
        _transposed = new(original._transposed, ReferenceEqualityComparer.Instance);
        _tables = new(original._tables);
    }

    /// <summary>The same tables, to be extended by themselves.</summary>
    public GatherTables Copy(MemoryBudget budget) => new(this, budget);

    /// <summary>
    /// Patches of an image: destination (site (y, x), (map, dy, dx)) reads map at (y*stride + dy - padding, ...); outside
    /// is 0. The source is flat [map, y, x], or site-major when <paramref name="siteMajor"/> says so.
    /// </summary>
    public GatherTable Patches(int maps, int height, int width, int size, int stride, int padding, bool siteMajor) =>
        Cached((maps, height, width, size, stride, padding, 0, siteMajor), () =>
        {
            int outHeight = (height + 2 * padding - size) / stride + 1, outWidth = (width + 2 * padding - size) / stride + 1;
            budget.Take("the table of a patch", BytesPerElement * outHeight * outWidth * maps * size * size);
            var sources = new int[outHeight * outWidth * maps * size * size];
            int i = 0;
            for (int site = 0; site < outHeight * outWidth; site++)
                for (int k = 0; k < maps * size * size; k++)
                {
                    int map = k / (size * size), dy = k / size % size, dx = k % size;
                    int y = site / outWidth * stride + dy - padding, x = site % outWidth * stride + dx - padding;
                    bool inside = y >= 0 && y < height && x >= 0 && x < width;
                    sources[i++] = !inside ? -1 : siteMajor ? (y * width + x) * maps + map : (map * height + y) * width + x;
                }
            return siteMajor
                ? FromSources(height * width, maps, outHeight * outWidth, maps * size * size, sources)
                : FromSources(1, maps * height * width, outHeight * outWidth, maps * size * size, sources);
        });

    /// <summary>Windows of an image, each map by itself: destination (site, map) sums what the window at the site covers.</summary>
    public GatherTable Windows(IReadOnlyList<int> image, int size, int stride, bool siteMajor) =>
        Cached((image[0], image[1], image[2], size, stride, 0, 2, siteMajor), () => MakeWindows(image, size, stride, 0, size * size, siteMajor));

    /// <summary>One place of each such window: its row by row number <paramref name="place"/>.</summary>
    public GatherTable PlacesOfWindows(IReadOnlyList<int> image, int size, int stride, int place, bool siteMajor) =>
        Cached((image[0], image[1], image[2], size, stride, place, 3, siteMajor), () => MakeWindows(image, size, stride, place, place + 1, siteMajor));

    private GatherTable MakeWindows(IReadOnlyList<int> image, int size, int stride, int first, int end, bool siteMajor)
    {
        int maps = image[0], height = image[1], width = image[2];
        int outHeight = (height - size) / stride + 1, outWidth = (width - size) / stride + 1, count = end - first;
        budget.Take("the table of a pool", BytesPerElement * outHeight * outWidth * maps * count);
        var indices = new int[outHeight * outWidth * maps * count];
        for (int i = 0; i < indices.Length; i++)
        {
            int place = first + i % count, map = i / count % maps, site = i / count / maps;
            int y = site / outWidth * stride + place / size, x = site % outWidth * stride + place % size;
            indices[i] = siteMajor ? (y * width + x) * maps + map : (map * height + y) * width + x;
        }
        var starts = new int[indices.Length / count + 1];
        for (int i = 0; i < starts.Length; i++)
            starts[i] = i * count;
        return siteMajor
            ? new GatherTable(height * width, maps, outHeight * outWidth, maps, starts, indices)
            : new GatherTable(1, maps * height * width, outHeight * outWidth, maps, starts, indices);
    }

    /// <summary>From site-major [sites, maps] to flat [maps * sites].</summary>
    public GatherTable Flatten(int maps, int sites) => Cached((maps, sites, 0, 0, 0, 0, 1, true), () =>
    {
        budget.Take("the order of a shaped area", BytesPerElement * maps * sites);
        var sources = new int[maps * sites];
        for (int i = 0; i < sources.Length; i++)
            sources[i] = i % sites * maps + i / sites;
        return FromSources(sites, maps, 1, maps * sites, sources);
    });

    /// <summary>From flat [maps * sites] to site-major [sites, maps].</summary>
    public GatherTable Unflatten(int maps, int sites) => Transpose(Flatten(maps, sites));

    /// <summary>From [rows, cols] to [cols, rows], the whole of it as one sample.</summary>
    public GatherTable TransposeRows(int rows, int cols) => Cached((rows, cols, 0, 0, 0, 0, -1, true), () =>
        FromSources(rows, cols, cols, rows, [.. Enumerable.Range(0, rows * cols).Select(i => i % rows * cols + i / rows)]));

    /// <summary>The diagonal of a square matrix, in one row.</summary>
    public GatherTable Diagonal(int size) => Cached((size, 0, 0, 0, 0, 0, -2, true), () =>
        FromSources(size, size, 1, size, [.. Enumerable.Range(0, size).Select(i => i * size + i)]));

    /// <summary>The same elements in the same order, in other rows.</summary>
    public GatherTable Reshape(int rows, int cols, int newRows, int newCols) => Cached((rows, cols, newRows, newCols, 0, 0, -3, true), () =>
        FromSources(rows, cols, newRows, newCols, [.. Enumerable.Range(0, rows * cols)]));

    /// <summary>The table of the adjoint: every source element sums the destinations it went to.</summary>
    public GatherTable Transpose(GatherTable table)
    {
        if (_transposed.TryGetValue(table, out var known))
            return known;
        var made = MakeTransposed(table);
        _transposed.Add(table, made);
        _transposed.Add(made, table);
        return made;
    }

    private static GatherTable MakeTransposed(GatherTable table)
    {
        int count = table.SourceRows * table.SourceCols;
        var starts = new int[count + 1];
        foreach (int source in table.Indices)
            starts[source + 1]++;
        for (int i = 0; i < count; i++)
            starts[i + 1] += starts[i];
        var next = (int[])starts.Clone();
        var indices = new int[table.Indices.Length];
        for (int destination = 0; destination + 1 < table.Starts.Length; destination++)
            for (int j = table.Starts[destination]; j < table.Starts[destination + 1]; j++)
                indices[next[table.Indices[j]]++] = destination;
        return new GatherTable(table.DestinationRows, table.DestinationCols, table.SourceRows, table.SourceCols, starts, indices);
    }

    private static GatherTable FromSources(int sourceRows, int sourceCols, int rows, int cols, int[] sources)
    {
        var starts = new int[sources.Length + 1];
        var indices = new List<int>(sources.Length);
        for (int i = 0; i < sources.Length; i++)
        {
            if (sources[i] >= 0)
                indices.Add(sources[i]);
            starts[i + 1] = indices.Count;
        }
        return new GatherTable(sourceRows, sourceCols, rows, cols, starts, [.. indices]);
    }

    private GatherTable Cached((int, int, int, int, int, int, int, bool) key, Func<GatherTable> make)
    {
        if (!_tables.TryGetValue(key, out var table))
            _tables[key] = table = make();
        return table;
    }
}

/// <summary>What synthesis asks of a table.</summary>
internal static class GatherTableExtensions
{
    /// <summary>Whether every element of the source goes to exactly one place of the destination, and fills it.</summary>
    public static bool IsPermutation(this GatherTable table)
    {
        int count = table.SourceRows * table.SourceCols;
        if (table.Indices.Length != count || table.Starts.Length != count + 1)
            return false;
        var seen = new bool[count];
        for (int i = 0; i < count; i++)
            if (table.Starts[i] != i || seen[table.Indices[i]])
                return false;
            else
                seen[table.Indices[i]] = true;
        return true;
    }
}
