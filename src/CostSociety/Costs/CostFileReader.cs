using CostSociety.Circuits;
using CostSociety.Language;

namespace CostSociety.Costs;

/// <summary>Makes a <see cref="CostFile"/> of a cost file's text.</summary>
internal sealed class CostFileReader
{
    private readonly FormCheck _check;

    private CostFileReader(FormCheck check) => _check = check;

    /// <summary>Reads a cost file; null when nothing of it can be read. Errors are reported, and their values skipped.</summary>
    public static CostFile? Read(SourceText source, IEnumerable<Override> overrides, Diagnostics diagnostics)
    {
        var check = new FormCheck(diagnostics);
        var root = FileReading.Open(source, CostFormat.File, Formats.Costs, overrides, check);
        return root is null ? null : new CostFileReader(check).File(root, source);
    }

    private CostFile File(JsonValue root, SourceText source)
    {
        var fields = new Fields(root, CostFormat.File, _check, root.Span);
        var stages = fields.Items("development").Select(Stage).ToList();
        CheckStages(stages);
        return new CostFile
        {
            Name = fields.Value("name")?.Text ?? TextFiles.Stem(source.Path),
            Source = source,
            Parameters = [.. fields.Members("parameters").Select(m => new ParameterSpec(m.Name, m.Value.Expression!, m.NameSpan))],
            Modulators = [.. fields.Members("modulators").Select(m => new ParameterSpec(m.Name, m.Value.Expression!, m.NameSpan))],
            Gains = Targets(fields, "gains"),
            Clamps = Targets(fields, "clamps"),
            Plasticity = Targets(fields, "plasticity"),
            Rates = Targets(fields, "rates"),
            Monitors = [.. fields.Members("monitors").Select(Monitor)],
            Costs = [.. fields.Members("costs").Select(Cost)],
            Development = stages,
            ResolvedJson = JsonText.Write(root),
        };
    }

    private static TargetSpec[] Targets(Fields fields, string key) =>
        [.. fields.Members(key).Select(m => new TargetSpec(ProjectionName.Normalize(m.Name), m.Value.Expression!, m.NameSpan))];

    private MonitorSpec Monitor(JsonMember member)
    {
        var fields = new Fields(member.Value, CostFormat.Monitor, _check, member.NameSpan);
        double Limit(string key, double without) => fields.Value(key)?.Number ?? without;
        if (!fields.Has("floor") && !fields.Has("ceiling"))
            _check.Diagnostics.Error(FileErrors.MissingKey, member.NameSpan, $"the monitor '{member.Name}' has no limit", "add \"floor\" or \"ceiling\": a number");
        return new MonitorSpec(member.Name, fields.Expression("watch") ?? ExpressionText.Made("0", member.NameSpan),
            Limit("floor", double.NegativeInfinity), Limit("ceiling", double.PositiveInfinity), fields.Whole("steps"), fields.Text("then") == "stop", member.NameSpan);
    }

    private CostSpec Cost(JsonMember member)
    {
        var fields = new Fields(member.Value, CostFormat.Cost, _check, member.NameSpan);
        var weight = fields.Expression("weight") ?? ExpressionText.Made("1", member.NameSpan);
        return new CostSpec(member.Name, Terms(fields), weight, References(fields.Value("teaches")) ?? [], fields.Text("why")!, member.NameSpan);
    }

    private static TermSpec[] Terms(Fields fields)
    {
        if (fields.Value("minimize") is { Kind: JsonKind.Text } text)
            return [new TermSpec("cost", text.Expression!, text.Span)];
        return [.. fields.Members("minimize").Select(m => new TermSpec(m.Name, m.Value.Expression!, m.NameSpan))];
    }

    private StageSpec Stage(JsonValue value)
    {
        var fields = new Fields(value, CostFormat.Stage, _check, value.Span);
        var plastic = References(fields.Value("plastic"));
        return new StageSpec(fields.Text("stage") ?? "", fields.Expression("until"), plastic, fields.Text("why")!, fields.SpanOf("stage"));
    }

    /// <summary>Names of areas and projections, projections in their canonical spelling.</summary>
    private NameSpec[]? References(JsonValue? value) => value switch
    {
        null => null,
        { Kind: JsonKind.Text } => [new NameSpec(ProjectionName.Normalize(value.Text), value.Span)],
        _ => [.. value.Items.Where(i => !_check.IsBad(i)).Select(i => new NameSpec(ProjectionName.Normalize(i.Text), i.Span))],
    };

    private void CheckStages(IReadOnlyList<StageSpec> stages)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var stage in stages)
            if (stage.Name.Length > 0 && !names.Add(stage.Name))
                _check.Diagnostics.Error(FileErrors.NameTaken, stage.Span, $"there are two stages '{stage.Name}'", "give one of them another name");
        foreach (var stage in stages.SkipLast(1))
            if (stage.Until is null)
                _check.Diagnostics.Error(FileErrors.Stage, stage.Span, $"nothing ends the stage '{stage.Name}', so that no later stage begins",
                    "add \"until\": a condition; only the last stage may go without");
    }
}
