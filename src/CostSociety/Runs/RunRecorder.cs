namespace CostSociety.Runs;

/// <summary>Watches one run: its curves, thinned while they are made, and how many samples its criteria took.</summary>
internal sealed class RunRecorder
{
    private readonly IReadOnlyList<string> _names;
    private readonly IReadOnlyList<Criterion> _criteria;
    private readonly int[] _indexes;
    private readonly int _points;
    private readonly Society _society;
    private readonly EpochMeans _sincePoint;
    private readonly EpochMeans _sinceMeasured;
    private readonly Points _training = new();
    private readonly Points _heldOut = new();
    private readonly long?[] _reached;
    private long _samples;

    /// <summary>Watches a society.</summary>
    /// <param name="society">The society.</param>
    /// <param name="criteria">What is to be reached.</param>
    /// <param name="points">Points of a training curve; 0 keeps no curves.</param>
    public RunRecorder(Society society, IReadOnlyList<Criterion> criteria, int points)
    {
        (_society, _names, _criteria, _points) = (society, Quantity.Of(society), criteria, points);
        _indexes = [.. criteria.Select(c => _names.ToList().IndexOf(c.Quantity))];
        _reached = new long?[criteria.Count];
        (_sincePoint, _sinceMeasured) = (new EpochMeans(_names), new EpochMeans(_names));
    }

    /// <summary>Samples that each criterion took.</summary>
    public IReadOnlyList<long?> Reached => _reached;

    /// <summary>Curves of all quantities, on the training and on the held-out part.</summary>
    public IReadOnlyList<Curve> Curves => [.. _training.Curves(_names, isHeldOut: false), .. _heldOut.Curves(_names, isHeldOut: true)];

    /// <summary>Takes a step in.</summary>
    public void Note(in RunProgress progress)
    {
        int samples = (int)(_society.Samples - _samples);
        _samples = _society.Samples;
        _sinceMeasured.Add(_society.CostValues, _society.MeasureValues, samples);
        if (_points == 0)
            return;
        _sincePoint.Add(_society.CostValues, _society.MeasureValues, samples);
        if (progress.Step * _points / progress.Steps == (progress.Step - 1) * _points / progress.Steps)
            return;
        _sincePoint.EndEpoch();
        _training.Add(progress.Step, _sincePoint.Last);
    }

    /// <summary>Takes a measure in; without a held-out part it is the mean over the samples since the one before.</summary>
    public void NoteMeasured(IReadOnlyList<double> heldOut)
    {
        _sinceMeasured.EndEpoch();
        if (heldOut.Count > 0 && _points > 0)
            _heldOut.Add(_society.Age, heldOut);
        var values = heldOut.Count > 0 ? heldOut : _sinceMeasured.Last;
        for (int i = 0; i < _criteria.Count; i++)
            if (_reached[i] is null && _indexes[i] >= 0 && _criteria[i].IsMet(values[_indexes[i]]))
                _reached[i] = _society.Samples;
    }

    /// <summary>Values of all quantities at some steps.</summary>
    private sealed class Points
    {
        private readonly List<double> _steps = [];
        private readonly List<double[]> _values = [];

        public void Add(long step, IReadOnlyList<double> values)
        {
            _steps.Add(step);
            _values.Add([.. values]);
        }

        public IEnumerable<Curve> Curves(IReadOnlyList<string> names, bool isHeldOut) => _steps.Count == 0 ? []
            : names.Select((name, i) => new Curve(name, isHeldOut, _steps, [.. _values.Select(v => v[i])]));
    }
}
