namespace CostSociety.Fabric;

/// <summary>Floats of one memory, as ranges that neither overlap nor touch, in order.</summary>
internal sealed class IntervalSet
{
    private readonly List<(long Start, long End)> _ranges = [];

    /// <summary>Whether a float of the range is in the set.</summary>
    public bool Overlaps(long start, long end)
    {
        int at = FirstThatEndsAfter(start);
        return at < _ranges.Count && _ranges[at].Start < end;
    }

    /// <summary>Whether all floats of the range are in the set.</summary>
    public bool Contains(long start, long end)
    {
        int at = FirstThatEndsAfter(start);
        return at < _ranges.Count && _ranges[at].Start <= start && end <= _ranges[at].End;
    }

    /// <summary>Adds a range, and joins it with those that it touches.</summary>
    public void Add(long start, long end)
    {
        int first = FirstThatEndsAfter(start - 1), last = first;
        for (; last < _ranges.Count && _ranges[last].Start <= end; last++)
            (start, end) = (Math.Min(start, _ranges[last].Start), Math.Max(end, _ranges[last].End));
        if (last > first)
        {
            _ranges[first] = (start, end);
            _ranges.RemoveRange(first + 1, last - first - 1);
        }
        else
        {
            _ranges.Insert(first, (start, end));
        }
    }

    public void Clear() => _ranges.Clear();

    private int FirstThatEndsAfter(long place)
    {
        int low = 0, high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].End > place)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}

/// <summary>What the instructions of a wave read and write, to find out whether another has to wait for them.</summary>
internal sealed class AccessSet
{
    private readonly IntervalSet[] _written = [new(), new(), new()];
    private readonly IntervalSet[] _touched = [new(), new(), new()];

    /// <summary>Whether some access touches a float that the set writes, or writes one that the set touches.</summary>
    public bool Conflicts(List<MemoryAccess> accesses)
    {
        foreach (var access in accesses)
            if ((access.Writes ? _touched : _written)[(int)access.Region].Overlaps(access.Start, access.End))
                return true;
        return false;
    }

    public void Add(List<MemoryAccess> accesses)
    {
        foreach (var access in accesses)
        {
            _touched[(int)access.Region].Add(access.Start, access.End);
            if (access.Writes)
                _written[(int)access.Region].Add(access.Start, access.End);
        }
    }

    public void Clear()
    {
        for (int region = 0; region < _written.Length; region++)
        {
            _written[region].Clear();
            _touched[region].Clear();
        }
    }
}
