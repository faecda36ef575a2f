using CostSociety.Costs;
using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Makes a <see cref="Circuit"/> of a circuit file's text. Bad values are reported and skipped.</summary>
internal sealed class CircuitReader
{
    private readonly FormCheck _check;
    private readonly SourceSpecReader _sources;
    private readonly StreamSpecReader _streams;

    private CircuitReader(FormCheck check, SourceText source)
    {
        _check = check;
        _sources = new SourceSpecReader(check, source);
        _streams = new StreamSpecReader(check, _sources);
    }

    /// <summary>Reads a circuit and the cost file it names; null when nothing of it can be read.</summary>
    /// <param name="source">The circuit.</param>
    /// <param name="costs">The cost file in place of the one that the circuit names, or null.</param>
    /// <param name="overrides">Overrides of both.</param>
    /// <param name="diagnostics">Where errors go.</param>
    public static Circuit? Read(SourceText source, SourceText? costs, IReadOnlyList<Override> overrides, Diagnostics diagnostics)
    {
        var check = new FormCheck(diagnostics);
        JsonValue? written = null;
        var root = FileReading.Open(source, CircuitFormat.Circuit, Formats.Circuit, overrides.Where(o => !o.OfCosts), check,
            file => Defaults.Apply(written = file, check));
        if (root is null)
            return null;
        var fields = new Fields(root, CircuitFormat.Circuit, check, root.Span);
        var costFile = ReadCosts(fields, source, costs, overrides, diagnostics);
        var circuit = new CircuitReader(check, source).Circuit(fields, source, costFile);
        circuit = circuit with { ResolvedJson = JsonText.Write(Named(RootedPaths.Of(written!, source), circuit.Name)) };
        CircuitChecks.Check(circuit, diagnostics);
        if (costFile is not null)
            costFile.CheckAgainst(circuit, diagnostics);
        return circuit;
    }

    /// <summary>A file without a name has that of its path, which a copy in a run folder would lose.</summary>
    private static JsonValue Named(JsonValue root, string name)
    {
        if (root.Find("name") is not null)
            return root;
        var member = new JsonMember("name", root.Span, JsonValue.OfText(ExpressionText.Made(name, root.Span), root.Span));
        return JsonValue.OfObject([.. root.Members.Take(1), member, .. root.Members.Skip(1)], root.Span);
    }

    private static CostFile? ReadCosts(Fields fields, SourceText source, SourceText? costs, IReadOnlyList<Override> overrides, Diagnostics diagnostics)
    {
        if (costs is null && fields.Value("costs") is { } path)
            costs = TextFiles.Read(TextFiles.Beside(source, path.Text), path.Span, diagnostics);
        return costs is null ? null : CostFileReader.Read(costs, overrides.Where(o => o.OfCosts), diagnostics);
    }

    private Circuit Circuit(Fields fields, SourceText source, CostFile? costs)
    {
        var sources = _sources.Read(fields);
        var streams = fields.Named("streams").Select(_streams.Read).ToList();
        var learning = LearningSpecReader.Read(fields.Object("learning", CircuitFormat.Learning));
        var areas = fields.Named("areas").Select(m => Area(m, streams, learning)).ToList();
        var byName = areas.ToLookup(a => a.Name, StringComparer.Ordinal);
        return new Circuit
        {
            Name = fields.Value("name")?.Text ?? TextFiles.Stem(source.Path),
            Why = fields.Text("why")!,
            Source = source,
            Sources = sources,
            Streams = streams,
            Areas = areas,
            Projections = WiringReader.WithSharedWiring([.. fields.Named("projections").Select(m => Projection(m, byName, learning))]),
            Learning = learning,
            Schedule = Schedule(fields),
            Measures = [.. fields.Members("measures").Select(m => new MeasureSpec(m.Name, m.Value.Expression!, m.NameSpan))],
            Costs = costs ?? new CostFile { Name = "", Source = source, Parameters = [], Costs = [], Development = [] },
            Run = Run(fields.Object("run", CircuitFormat.Run)),
        };
    }

    private AreaSpec Area(JsonMember member, IReadOnlyList<StreamSpec> streams, LearningSpec learning)
    {
        var fields = new Fields(member.Value, CircuitFormat.Area, _check, member.NameSpan);
        string? reads = fields.Text("reads");
        var own = OwnShape(fields);
        var variables = fields.Members("variables").Select(m => new VariableSpec(m.Name, m.Value.Number, m.NameSpan)).ToList();
        var shape = reads is null ? own : ShapeOfStream(fields, reads, own, streams);
        if (reads is null && member.Value.Kind == JsonKind.Object && !fields.Has("units") && !fields.Has("shape"))
            _check.Diagnostics.Error(FileErrors.MissingKey, member.NameSpan, $"the area '{member.Name}' has neither 'units' nor 'shape'",
                "add \"units\": a whole number");
        return new AreaSpec(member.Name, shape, reads, fields.Text("activation"), fields.Expression("dynamics"), variables, fields.Text("class"),
            LearningSpecReader.OwnRule(fields, learning.Rule), LearningSpecReader.OwnUpdate(fields, learning.Update), fields.Text("why")!, member.NameSpan);
    }

    private int[] OwnShape(Fields fields) =>
        fields.Value("units") is { } units ? [(int)units.Number] : _streams.ReadShape(fields);

    private IReadOnlyList<int> ShapeOfStream(Fields fields, string reads, int[] own, IReadOnlyList<StreamSpec> streams)
    {
        if (streams.FirstOrDefault(s => s.Name == reads) is not { } stream)
        {
            _check.Diagnostics.Error(FileErrors.UnknownName, fields.SpanOf("reads"), $"there is no stream '{reads}'",
                Suggestions.Hint(reads, streams.Select(s => s.Name)));
            return [];
        }
        if (own.Length > 0 && stream.Shape.Count > 0 && !own.SequenceEqual(stream.Shape))
            _check.Diagnostics.Error(FileErrors.Shape, fields.SpanOf(fields.Has("units") ? "units" : "shape"),
                $"the area reads '{reads}', whose shape is {StreamSpecReader.Write(stream.Shape)}, not {StreamSpecReader.Write(own)}",
                "leave 'units' and 'shape' out");
        return stream.Shape;
    }

    private ProjectionSpec Projection(JsonMember member, ILookup<string, AreaSpec> areas, LearningSpec learning)
    {
        var name = ProjectionName.Parse(member.Name)!;
        var fields = new Fields(member.Value, CircuitFormat.Projection, _check, member.NameSpan);
        var target = areas[name.To].FirstOrDefault();
        string? transpose = fields.Text("transpose") is { } original ? ProjectionName.Normalize(original) : null;
        return new ProjectionSpec(name.Canonical, name.From, name.To, name.Compartment, Patch(fields),
            LearningSpecReader.Init(fields, "init") ?? InitSpec.Default, transpose, fields.Whole("delay"), fields.Text("across") == "steps", fields.Flag("plastic"),
            SynapseSpecReader.Rule(fields, LearningSpecReader.OwnRule(fields, target?.Rule ?? learning.Rule)), LearningSpecReader.OwnUpdate(fields, target?.Update ?? learning.Update),
            fields.Text("why")!, member.NameSpan)
        {
            TransposeSpan = fields.SpanOf("transpose"),
            Synapses = SynapseSpecReader.Read(fields),
            Class = fields.Text("class"),
            Pool = WiringReader.Pool(fields),
            OneToOne = fields.Flag("one-to-one"),
            Share = fields.Text("share") is { } shared ? ProjectionName.Normalize(shared) : null,
            ShareSpan = fields.SpanOf("share"),
        };
    }

    private PatchSpec? Patch(Fields fields)
    {
        if (fields.Value("patch") is not { } value)
            return null;
        var patch = fields.Object("patch", CircuitFormat.Patch);
        if (patch.Value("size") is null)
            return null;
        return new PatchSpec(patch.Whole("size"), patch.Whole("stride"), patch.Whole("padding"), patch.Flag("shared"), value.Span);
    }

    private PhaseSpec[] Schedule(Fields fields)
    {
        PhaseSpec[] phases = [.. fields.Items("schedule").Select(Phase)];
        return phases.Length > 0 ? phases : [new PhaseSpec("see", 1, fields.Span) { IsImplied = true }];
    }

    private PhaseSpec Phase(JsonValue value) => WiringReader.Phase(new Fields(value, CircuitFormat.Phase, _check, value.Span));

    private static RunSpec Run(Fields fields)
    {
        int? steps = fields.Value("steps") is null ? null : fields.Whole("steps");
        int? epochs = steps is null ? fields.Whole("epochs") : null;
        var measure = Every.Parse(fields.Text("measure")!);
        var checkpoint = fields.Value("checkpoint") is { } text ? Every.Parse(text.Text) : default;
        return new RunSpec(epochs, steps, checkpoint.Epochs ? 0 : checkpoint.Count, measure.Epochs ? 0 : measure.Count,
            measure.Epochs ? measure.Count : 1, fields.Span)
        {
            Samples = fields.Value("samples") is null ? null : fields.Whole("samples"),
            CheckpointEveryEpochs = checkpoint.Epochs ? checkpoint.Count : 0,
        };
    }
}
