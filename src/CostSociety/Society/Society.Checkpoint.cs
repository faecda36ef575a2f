using System.Globalization;
using CostSociety.Circuits;
using CostSociety.Costs;
using CostSociety.Fabric;
using CostSociety.Language;
using CostSociety.Runs;
using CostSociety.Synthesis;

namespace CostSociety;

/// <content>Saving and loading: state in logical layout, and the cursors of the host. Nothing else is needed to go on bit for bit.</content>
public sealed partial class Society
{
    private const string FormatName = "costsociety-checkpoint";
    private const int FormatVersion = 2;
    private const string CursorName = "cursor";
    private const int Cursor = 8;
    private const string UpdatesName = "updates";
    private const string LaggedCosts = "lagged.costs";
    private const string LaggedMeasures = "lagged.measures";
    private const string AlarmsName = "alarms";
    private const string SleepingPrefix = "sleeping.";

    /// <summary>Cursors of a run loop that are saved with the society: position in the epoch and the like.</summary>
    public Dictionary<string, string> RunCursors { get; } = [];

    /// <summary>Writes a complete checkpoint (safetensors) to any stream that can be written.</summary>
    public void Save(Stream stream) => Safetensors.Write(stream, Tensors(), Metadata());

    /// <summary>Takes state and cursors from a checkpoint of the same circuit: all that is left of a stream, which need not be seekable.</summary>
    /// <exception cref="CheckpointException">It is damaged, of another version, or of another circuit; nothing has changed then.</exception>
    public void Load(Stream stream)
    {
        var file = Safetensors.Read(stream);
        CheckFormat(file.Metadata);
        if (!file.IsChecked)
            throw new CheckpointException("damaged: the checkpoint has lost its checksum");
        using var swap = file.Metadata.GetValueOrDefault("costs") is { } costs && costs != Costs.ResolvedJson ? PrepareText(costs) : null;
        var synthesized = swap?.Regime.Synthesized ?? _regime.Synthesized;
        var values = synthesized.State.Select(s => (Symbol: s, Values: Packed(file, s))).ToList();
        RefuseUnknown(file, synthesized);
        var cursors = Cursors(file, synthesized);
        var updates = Counts(file, UpdatesName, _updates.Length, "updates of each bank");
        var alarms = Counts(file, AlarmsName, synthesized.Costs.Monitors.Count, "steps for which each monitor has been outside of its limits");
        var sleeping = Sleeping(file);
        var (costValues, measureValues) = (Doubles(file, LaggedCosts), Doubles(file, LaggedMeasures));
        if (swap is not null)
            Commit(swap);
        ForgetReplaced();
        foreach (var (symbol, packed) in values)
            _memory.Write(Region.State, symbol.Offset, packed);
        Restore(file, cursors, sleeping);
        updates.CopyTo(_updates, 0);
        _regime.Host.Alarms.Take(alarms);
        TakeLagged(costValues, _regime.Host.LaggedCosts);
        TakeLagged(measureValues, _regime.Host.LaggedMeasures);
    }

    private IEnumerable<StoredTensor> Tensors()
    {
        foreach (var symbol in _regime.Synthesized.State)
            yield return ToTensor(symbol);
        foreach (var (name, values) in _sleeping.OrderBy(s => s.Key, StringComparer.Ordinal))
            yield return StoredTensor.Of(SleepingPrefix + name, [values.Length], values);
        yield return StoredTensor.Of(CursorName, [Cursor], new long[]
        {
            Age, Epoch, Samples, SwapStep, _regime.Development.Index, _regime.Development.Since, _regime.Development.Held, Clock,
        });
        yield return StoredTensor.Of(UpdatesName, [_updates.Length], _updates);
        if (_regime.Host.Alarms.Held is { Length: > 0 } held)
            yield return StoredTensor.Of(AlarmsName, [held.Length], held);
        yield return StoredTensor.Of(LaggedCosts, [_regime.Host.LaggedCosts.Length], Bits(_regime.Host.LaggedCosts));
        yield return StoredTensor.Of(LaggedMeasures, [_regime.Host.LaggedMeasures.Length], Bits(_regime.Host.LaggedMeasures));
    }

    private Dictionary<string, string> Metadata()
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = FormatName,
            ["version"] = FormatVersion.ToString(CultureInfo.InvariantCulture),
            ["circuit"] = Circuit.Name,
            ["seed"] = Seed.ToString(CultureInfo.InvariantCulture),
            ["costs"] = Costs.ResolvedJson,
        };
        foreach (var (key, value) in RunCursors)
            metadata["run." + key] = value;
        return metadata;
    }

    private StoredTensor ToTensor(Symbol symbol)
    {
        if (symbol.Kind == SymbolKind.Bank)
            return StoredTensor.Of(symbol.Name, [symbol.Cols * symbol.Slots, symbol.Rows], ReadBank(symbol));
        var values = ReadSymbol(_memory, symbol);
        return StoredTensor.Of(symbol.Name, [symbol.Slots, symbol.Rows, symbol.Cols], Unpad(symbol, values));
    }

    private static float[] Unpad(Symbol symbol, float[] padded)
    {
        var values = new float[symbol.Slots * symbol.Rows * symbol.Cols];
        for (int i = 0; i < values.Length; i++)
            values[i] = padded[PaddedIndex(symbol, i)];
        return values;
    }

    private static int PaddedIndex(Symbol symbol, int i)
    {
        int col = i % symbol.Cols, row = i / symbol.Cols % symbol.Rows, slot = i / symbol.Cols / symbol.Rows;
        return slot * symbol.SlotSize + (symbol.Kind == SymbolKind.Column ? row : row * symbol.Stride + col);
    }

    private static float[] Packed(TensorFile file, Symbol symbol)
    {
        long[] shape = symbol.Kind == SymbolKind.Bank ? [symbol.Cols * symbol.Slots, symbol.Rows] : [symbol.Slots, symbol.Rows, symbol.Cols];
        if (file.Find(symbol.Name) is not { } tensor)
            throw new CheckpointException($"the checkpoint has no '{symbol.Name}': it is of another circuit, rule or update");
        if (!tensor.Shape.SequenceEqual(shape))
            throw new CheckpointException(
                $"'{symbol.Name}' has shape [{string.Join(", ", tensor.Shape)}] in the checkpoint, but [{string.Join(", ", shape)}] in this circuit");
        var values = tensor.Floats();
        var packed = new float[symbol.Size];
        if (symbol.Kind == SymbolKind.Bank)
        {
            for (int i = 0; i < values.Length; i++)
                packed[symbol.Weight(i / symbol.Rows, i % symbol.Rows)] = values[i];
        }
        else
        {
            for (int i = 0; i < values.Length; i++)
                packed[PaddedIndex(symbol, i)] = values[i];
        }
        return packed;
    }

    /// <summary>What is left over belongs to something that this society does not have.</summary>
    private static void RefuseUnknown(TensorFile file, Synthesized synthesized)
    {
        var known = synthesized.State.Select(s => s.Name).Concat([CursorName, UpdatesName, AlarmsName, LaggedCosts, LaggedMeasures]).ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in file.Tensors)
            if (!known.Contains(tensor.Name) && !tensor.Name.StartsWith(SleepingPrefix, StringComparison.Ordinal))
                throw new CheckpointException($"the checkpoint holds '{tensor.Name}', which this circuit does not have: it is of another circuit, rule or update");
    }

    private void CheckFormat(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.GetValueOrDefault("format") != FormatName)
            throw new CheckpointException("this safetensors file is not a checkpoint of CostSociety");
        if (metadata.GetValueOrDefault("version") != FormatVersion.ToString(CultureInfo.InvariantCulture))
            throw new CheckpointException($"the checkpoint has version {metadata.GetValueOrDefault("version")}, this program reads {FormatVersion}");
        if (metadata.GetValueOrDefault("circuit") != Circuit.Name)
            throw new CheckpointException($"the checkpoint is of the circuit '{metadata.GetValueOrDefault("circuit")}', not of '{Circuit.Name}'");
        if (metadata.GetValueOrDefault("seed") != Seed.ToString(CultureInfo.InvariantCulture))
            throw new CheckpointException($"the checkpoint has the seed {metadata.GetValueOrDefault("seed")}, not {Seed}");
    }

    private PreparedSwap PrepareText(string costsJson)
    {
        var diagnostics = new Diagnostics();
        var costs = CostFile.Parse(new SourceText("<costs of the checkpoint>", costsJson), diagnostics);
        try
        {
            diagnostics.ThrowIfErrors();
            return Prepare(costs!);
        }
        catch (CostSocietyException refused)
        {
            throw new CheckpointException($"the costs in the checkpoint are refused: {refused.Message}", refused);
        }
    }

    private static Dictionary<string, float[]> Sleeping(TensorFile file) => file.Tensors
        .Where(t => t.Name.StartsWith(SleepingPrefix, StringComparison.Ordinal))
        .ToDictionary(t => t.Name[SleepingPrefix.Length..], t => t.Floats());

    private static long[] Cursors(TensorFile file, Synthesized synthesized)
    {
        if (file.Find(CursorName) is not { Elements: Cursor } tensor)
            throw new CheckpointException($"the checkpoint has no cursor of {Cursor} numbers");
        var cursors = tensor.Longs();
        if (cursors.AsSpan().ContainsAnyInRange(long.MinValue, -1))
            throw new CheckpointException("a cursor of the checkpoint is negative");
        if (cursors[4] < 0 || cursors[4] >= Math.Max(1, synthesized.Stages.Count))
            throw new CheckpointException($"the checkpoint stands in stage {cursors[4]}, but the costs have {synthesized.Stages.Count}");
        return cursors;
    }

    /// <summary>Numbers of 0 and more; a checkpoint need not have those of which there are none.</summary>
    private static long[] Counts(TensorFile file, string name, int count, string what) => file.Find(name) is { } tensor
        ? tensor.Elements == count && !tensor.Longs().AsSpan().ContainsAnyInRange(long.MinValue, -1)
            ? tensor.Longs()
            : throw new CheckpointException($"'{name}' of the checkpoint is not {count} counts ({what})")
        : count == 0 ? [] : throw new CheckpointException($"the checkpoint has no '{name}', {count} counts ({what})");

    private void Restore(TensorFile file, long[] cursors, Dictionary<string, float[]> sleeping)
    {
        (Age, Epoch, Samples, SwapStep, Clock) = (cursors[0], cursors[1], cursors[2], cursors[3], cursors[7]);
        _regime.Development.Restore((int)cursors[4], cursors[5], (int)cursors[6]);
        _sleeping.Clear();
        foreach (var (name, values) in sleeping)
            _sleeping[name] = values;
        RunCursors.Clear();
        foreach (var (key, value) in file.Metadata.Where(m => m.Key.StartsWith("run.", StringComparison.Ordinal)))
            RunCursors[key["run.".Length..]] = value;
    }

    /// <summary>Doubles as their bits, so that infinities and every digit survive.</summary>
    private static long[] Bits(double[] values) => Array.ConvertAll(values, BitConverter.DoubleToInt64Bits);

    private static double[] Doubles(TensorFile file, string name) =>
        file.Find(name) is { } tensor ? Array.ConvertAll(tensor.Longs(), BitConverter.Int64BitsToDouble) : [];

    private static void TakeLagged(double[] saved, double[] destination)
    {
        if (saved.Length == destination.Length)
            saved.CopyTo(destination, 0);
    }
}
