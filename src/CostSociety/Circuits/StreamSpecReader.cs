using CostSociety.Data;
using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Reads the streams of a circuit and checks them against their data sources.</summary>
internal sealed class StreamSpecReader(FormCheck check, SourceSpecReader sources)
{
    private readonly Diagnostics _diagnostics = check.Diagnostics;

    public StreamSpec Read(JsonMember member)
    {
        var fields = new Fields(member.Value, CircuitFormat.Stream, check, member.NameSpan);
        string source = fields.Text("source") ?? "";
        var given = ReadShape(fields);
        var spec = new StreamSpec(member.Name, source, fields.Value("field")?.Text ?? member.Name, given, fields.Text("encode") == "one-hot",
            fields.Number("scale"), fields.Text("center") == "train-mean", fields.Text("split"), member.NameSpan)
        {
            RankInClass = fields.Text("encode") == "rank-in-class",
            UnitVariance = fields.Text("normalize") == "unit-variance",
        };
        if (source == DataSources.Host)
            return CheckHost(spec, fields);
        return fields.Value("source") is null ? spec : WithSource(spec, fields);
    }

    /// <summary>A shape of 1 or 3 numbers; empty when it is missing or refused.</summary>
    public int[] ReadShape(Fields fields)
    {
        int[] shape = [.. fields.Items("shape").Select(i => (int)i.Number)];
        int written = fields.Value("shape")?.Items.Count ?? 0;
        if (written == 2)
            _diagnostics.Error(FileErrors.Shape, fields.SpanOf("shape"), "a shape has 1 or 3 numbers, this one has 2",
                "write [units] or [maps, height, width]");
        if (written is 0 or 2 || written != shape.Length)
            return [];
        if (shape.Aggregate(1L, (a, b) => Math.Min(a * b, long.MaxValue >> 32)) <= CircuitFormat.MostUnits)
            return shape;
        _diagnostics.Error(FileErrors.Range, fields.SpanOf("shape"), $"the shape has more than {CircuitFormat.MostUnits} values");
        return [];
    }

    /// <summary>A shape as a file writes it.</summary>
    public static string Write(IEnumerable<int> shape) => $"[{string.Join(", ", shape)}]";

    private StreamSpec CheckHost(StreamSpec spec, Fields fields)
    {
        if (!fields.Has("shape"))
            _diagnostics.Error(FileErrors.MissingKey, spec.Span, $"the stream '{spec.Name}' of the host has no 'shape'",
                "add \"shape\": [values of one sample]");
        foreach (string key in new[] { "encode", "center", "normalize", "split", "field", "scale" })
            if (fields.Has(key))
                _diagnostics.Error(FileErrors.Contradiction, fields.KeyOf(key), $"the host supplies '{spec.Name}' as it is, so '{key}' means nothing",
                    "leave it out");
        return spec;
    }

    private StreamSpec WithSource(StreamSpec spec, Fields fields)
    {
        if (sources.IsBad(spec.Source))
            return spec;
        if (sources.Find(spec.Source) is not { } source)
            return Unknown(spec, fields.SpanOf("source"), $"there is no data source '{spec.Source}'", spec.Source, sources.Names);
        if (source.Fields.FirstOrDefault(f => f.Name == spec.Field) is not { } field)
            return Unknown(spec, fields.SpanOf("field"), $"the data source '{spec.Source}' has no field '{spec.Field}'",
                spec.Field, source.Fields.Select(f => f.Name));
        CheckEncoding(spec, field, fields);
        CheckSplit(spec, source, fields);
        return WithShape(spec, spec.OneHot && field.Classes > 0 ? [field.Classes] : field.Shape, fields);
    }

    private StreamSpec Unknown(StreamSpec spec, SourceSpan span, string message, string name, IEnumerable<string> known)
    {
        _diagnostics.Error(FileErrors.UnknownName, span, message, Suggestions.Hint(name, known));
        return spec;
    }

    private void CheckEncoding(StreamSpec spec, DataField field, Fields fields)
    {
        if (fields.Text("encode") is not { } encode)
            return;
        if (field.Classes == 0)
            _diagnostics.Error(FileErrors.Contradiction, fields.SpanOf("encode"), $"the field '{field.Name}' is not a class number, so {encode} means nothing",
                "leave 'encode' out");
        foreach (string key in new[] { "scale", "center", "normalize" })
            if (fields.Has(key))
                _diagnostics.Error(FileErrors.Contradiction, fields.KeyOf(key),
                    $"'{key}' changes numbers, but '{spec.Name}' is {(spec.OneHot ? "a one-hot class" : "the rank of a row in its class")}", "leave it out");
    }

    private void CheckSplit(StreamSpec spec, IDataSource source, Fields fields)
    {
        if (spec.Split is { } text && RowRange.TryParse(text, out var range))
            CheckSplit(range, text, source, fields.SpanOf("split"), _diagnostics);
    }

    /// <summary>Reports a split that goes beyond the rows of a source, or leaves none to measure.</summary>
    public static void CheckSplit(RowRange range, string text, IDataSource source, SourceSpan span, Diagnostics diagnostics)
    {
        if (range.Stop > source.Rows)
            diagnostics.Error(FileErrors.Range, span, $"'{source.Name}' has the rows 0 to {source.Rows - 1}; '{text}' goes further",
                $"stop at {source.Rows} or before");
        else if (range is { Start: 0, Stride: 1 } && range.Stop == source.Rows)
            diagnostics.Error(FileErrors.Contradiction, span, "the split leaves no row to measure", "train on fewer rows");
    }

    /// <summary>The source knows the shape; a file may write the same values with another shape.</summary>
    private StreamSpec WithShape(StreamSpec spec, IReadOnlyList<int> natural, Fields fields)
    {
        if (spec.Shape.Count == 0)
            return fields.Has("shape") ? spec : spec with { Shape = natural };
        int width = natural.Aggregate(1, (a, b) => a * b);
        if (spec.Width == width)
            return spec;
        _diagnostics.Error(FileErrors.Shape, fields.SpanOf("shape"),
            $"the stream '{spec.Name}' has {width} values a sample in shape {Write(natural)}, not {spec.Width} in {Write(spec.Shape)}",
            $"write {Write(natural)}, or leave 'shape' out");
        return spec with { Shape = natural };
    }
}
