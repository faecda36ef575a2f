namespace CostSociety.Peers.Timing;

/// <summary>One thing that is timed: its name, and how it does some units of its work.</summary>
internal sealed record Candidate(string Name, Action<int> Work);

/// <summary>
/// Times candidates in turn, a block of about a millisecond each, so that whatever the machine does meanwhile happens to
/// all of them. Before each block the process rests until the threads of the candidate before have gone to sleep, then
/// one untimed unit of work wakes those of this one and fills the caches.
/// </summary>
internal sealed class Alternation
{
    private const double Block = 1e6;
    // A unit this long does not notice how it began.
    private const double LongUnit = 5e6;
    private const int RestMilliseconds = 1;
    private const int LeastRounds = 5;
    private const int MostRounds = 2000;

    private readonly Candidate[] _candidates;
    private readonly int[] _units;
    private readonly bool[] _wakes;
    private readonly Func<double> _now;
    private readonly bool _filters;

    /// <summary>Warms every candidate up and finds out how many units of its work make a block.</summary>
    /// <param name="candidates">What is timed.</param>
    /// <param name="oneThread">Whether all work is done by the calling thread, whose own time is then measured where the system tells it.</param>
    /// <param name="warmUp">Seconds of warm-up for each.</param>
    public Alternation(Candidate[] candidates, bool oneThread, double warmUp)
    {
        _candidates = candidates;
        bool ownTime = oneThread && Clock.HasThread;
        _now = ownTime ? Clock.Thread : Clock.Wall;
        _filters = !ownTime;
        double[] times = [.. candidates.Select(c => WarmUp(c, warmUp * 1e9))];
        _units = [.. times.Select(t => Math.Max(1, (int)(Block / t)))];
        _wakes = [.. times.Select(t => t < LongUnit)];
        Results = [.. candidates.Select(_ => new Blocks())];
    }

    /// <summary>Times of each candidate, in their order.</summary>
    public Blocks[] Results { get; }

    /// <summary>Goes round for so many seconds, and a few times at least.</summary>
    /// <param name="seconds">How long.</param>
    /// <param name="eachRound">What else is done at the beginning of a round, given its number.</param>
    public void Run(double seconds, Action<int> eachRound)
    {
        double end = Clock.Wall() + seconds * 1e9;
        for (int round = 0; round < LeastRounds || (Clock.Wall() < end && round < MostRounds); round++)
        {
            Thread.Sleep(RestMilliseconds);
            eachRound(round);
            for (int i = 0; i < _candidates.Length; i++)
                Time(i);
        }
    }

    /// <summary>Until the runtime has compiled everything at its last tier; gives the nanoseconds of a unit.</summary>
    private static double WarmUp(Candidate candidate, double nanoseconds)
    {
        double start = Clock.Wall(), best = double.MaxValue;
        for (int i = 0; i < LeastRounds || Clock.Wall() - start < nanoseconds; i++)
        {
            double before = Clock.Wall();
            candidate.Work(1);
            best = Math.Min(best, Clock.Wall() - before);
        }
        return best;
    }

    private void Time(int index)
    {
        var (work, units) = (_candidates[index].Work, _units[index]);
        Thread.Sleep(RestMilliseconds);
        var before = _filters ? WaitingTimes.Now() : null;
        double begin = Clock.Wall();
        if (_wakes[index])
            work(1);
        double start = _now();
        work(units);
        double time = _now() - start, span = Clock.Wall() - begin;
        Results[index].Add(time / units, before is null ? 0 : WaitingTimes.Now().LongestSince(before), span);
    }
}
