using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Runs;

/// <summary>What a watched cost file brought: costs that are ready, or the reasons why it is refused.</summary>
/// <param name="Path">The file.</param>
/// <param name="Prepared">The costs, to be committed and disposed; null when they are refused.</param>
/// <param name="Diagnostics">Why they are refused.</param>
public sealed record WatchedCosts(string Path, PreparedSwap? Prepared, IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>
/// Looks at a cost file several times a second and prepares what is saved in it, on a thread of its own beside the steps. A content counts once
/// it is the same in two looks, so that half of a file is not taken for all of it, however an editor saves; a save that changes nothing but comments brings nothing.
/// </summary>
public sealed class CostWatch : IDisposable
{
    private const int LookMilliseconds = 150;
    private static readonly TimeSpan _settled = TimeSpan.FromSeconds(2);

    private readonly Society _society;
    private readonly IReadOnlyList<string> _overrides;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private (DateTime Time, long Length) _stamp;
    private string? _seen;
    private string _known;
    private string _given;
    private volatile WatchedCosts? _ready;

    /// <summary>Begins to watch.</summary>
    /// <param name="society">The society that will have the costs.</param>
    /// <param name="path">The file.</param>
    /// <param name="known">Its content that the society has already.</param>
    /// <param name="overrides">Overrides of the cost file that hold for every content, with or without <c>costs:</c> before them; null for none.</param>
    public CostWatch(Society society, string path, string known, IReadOnlyList<string>? overrides = null)
    {
        (_society, Path, _known, _overrides) = (society, path, known, overrides ?? []);
        _given = society.Costs.ResolvedJson;
        _thread = new Thread(Watch) { IsBackground = true, Name = "costs" };
        _thread.Start();
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What was found since the last call, or null: to be called between two steps.</summary>
    public WatchedCosts? Take()
    {
        if (_ready is null)
            return null;
        lock (_gate)
        {
            var taken = _ready;
            _ready = null;
            _given = taken?.Prepared?.Costs.ResolvedJson ?? _given;
            return taken;
        }
    }

    /// <summary>Ends watching.</summary>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
        _ready?.Prepared?.Dispose();
    }

    private void Watch()
    {
        while (!_stop.Wait(LookMilliseconds))
            if (SettledText() is { } text && text != _known)
            {
                _known = text;
                Offer(Check(text));
            }
    }

    /// <summary>The content, if it was the same at the look before. A file that is not there or in use is looked at again.</summary>
    private string? SettledText()
    {
        try
        {
            var stamp = (File.GetLastWriteTimeUtc(Path), new FileInfo(Path).Length);
            if (stamp == _stamp && _seen == _known && DateTime.UtcNow - stamp.Item1 > _settled)
                return null; // Two saves may have one time, but not that long apart.
            string text = File.ReadAllText(Path), before = _seen ?? "";
            bool isSettled = _seen is not null && text == before;
            (_stamp, _seen) = (stamp, text);
            return isSettled ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _seen = null;
        }
    }

    private WatchedCosts Check(string text)
    {
        var diagnostics = new Diagnostics();
        var costs = CostFile.Parse(new SourceText(Path, text), _overrides, diagnostics);
        costs?.CheckAgainst(_society.Circuit, diagnostics);
        try
        {
            diagnostics.ThrowIfErrors();
            return new WatchedCosts(Path, _society.Prepare(costs!), []);
        }
        catch (CostSocietyException refused)
        {
            return new WatchedCosts(Path, null, refused.Diagnostics);
        }
    }

    /// <summary>The newest content replaces one that was not taken yet; what the society has already is not given again.</summary>
    private void Offer(WatchedCosts found)
    {
        lock (_gate)
        {
            _ready?.Prepared?.Dispose();
            bool isNew = found.Prepared is null || found.Prepared.Costs.ResolvedJson != _given;
            _ready = isNew ? found : null;
            if (!isNew)
                found.Prepared?.Dispose();
        }
    }
}
