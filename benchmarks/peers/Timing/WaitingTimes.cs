using System.Globalization;

namespace CostSociety.Peers.Timing;

/// <summary>
/// How long the threads of this process have waited for a processor, by the kernel's account. The difference of two says
/// whether other programs disturbed what ran between them.
/// </summary>
internal sealed class WaitingTimes
{
    private const string Tasks = "/proc/self/task";

    private readonly Dictionary<string, long> _nanoseconds = [];

    /// <summary>Whether the kernel keeps this account.</summary>
    public static bool Exist { get; } = File.Exists("/proc/self/schedstat");

    /// <summary>The account as it stands.</summary>
    public static WaitingTimes Now()
    {
        var times = new WaitingTimes();
        if (Exist)
            foreach (string task in Directory.EnumerateDirectories(Tasks))
                times.Add(task);
        return times;
    }

    /// <summary>The longest wait of one thread since then, in nanoseconds.</summary>
    public double LongestSince(WaitingTimes before) =>
        _nanoseconds.Select(t => t.Value - before._nanoseconds.GetValueOrDefault(t.Key)).DefaultIfEmpty().Max();

    private void Add(string task)
    {
        try
        {
            string[] fields = File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ');
            _nanoseconds[task] = long.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // The thread has ended.
        }
    }
}
