using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CostSociety.Peers.Timing;

/// <summary>What a block is timed with: the wall, or the time that the calling thread was on a processor.</summary>
internal static class Clock
{
    private const int ThreadProcessorTime = 3;

    /// <summary>Whether one thread can be timed by itself.</summary>
    public static bool HasThread { get; } = OperatingSystem.IsLinux();

    /// <summary>Nanoseconds of the wall.</summary>
    public static double Wall() => Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency);

    /// <summary>Nanoseconds that the calling thread ran.</summary>
    public static double Thread() => GetTime(ThreadProcessorTime, out var time) == 0
        ? time.Seconds * 1e9 + time.Nanoseconds
        : throw new InvalidOperationException("the system does not say how long this thread has run");

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, out TimeOfClock time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeOfClock
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
