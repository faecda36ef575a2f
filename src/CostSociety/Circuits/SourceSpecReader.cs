using CostSociety.Data;
using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Reads the data sources of a circuit; as much of their files as it takes to know fields and rows.</summary>
internal sealed class SourceSpecReader(FormCheck check, SourceText circuit)
{
    private static readonly Dictionary<string, string[]> _keysOfKind = new()
    {
        ["idx"] = [],
        ["csv"] = ["header", "columns", "label"],
        ["npy"] = ["label"],
        ["npz"] = ["label"],
        ["png"] = ["patch", "count", "contrast", "least-contrast", "whiten", "epsilon", "components", "seed"],
    };

    private readonly Dictionary<string, IDataSource?> _sources = new(StringComparer.Ordinal);

    /// <summary>Every name that a stream may give as its source.</summary>
    public IEnumerable<string> Names => DataSources.Names.Concat(_sources.Keys);

    /// <summary>Whether the source stands in the file but cannot be used; it was reported.</summary>
    public bool IsBad(string name) => _sources.TryGetValue(name, out var source) && source is null;

    /// <summary>The source of a name, or null.</summary>
    public IDataSource? Find(string name) => _sources.GetValueOrDefault(name) ?? DataSources.Find(name);

    /// <summary>Reads all sources of a circuit.</summary>
    public IReadOnlyList<SourceSpec> Read(Fields root)
    {
        var specs = new List<SourceSpec>();
        foreach (var member in root.Named("sources"))
        {
            var data = IsFree(member) ? Read(member) : null;
            _sources[member.Name] = data;
            if (data is not null)
                specs.Add(new SourceSpec(member.Name, data, member.NameSpan));
        }
        return specs;
    }

    private bool IsFree(JsonMember member)
    {
        if (!DataSources.Names.Contains(member.Name))
            return true;
        check.Diagnostics.Error(FileErrors.NameTaken, member.NameSpan, $"'{member.Name}' is a data source of the program",
            "give this one another name");
        return false;
    }

    private IDataSource? Read(JsonMember member)
    {
        var fields = new Fields(member.Value, SourceFormat.Table, check, member.NameSpan);
        var kinds = SourceFormat.Kinds.Where(fields.Has).ToList();
        if (kinds.Count != 1 || fields.Value(kinds[0]) is not { } path || !KeysFit(fields, kinds[0]))
            return null;
        try
        {
            return Checked(Open(member.Name, kinds[0], TextFiles.Beside(circuit, path.Text), fields), fields);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or OverflowException or ArgumentException)
        {
            string id = e is FileNotFoundException or DirectoryNotFoundException ? FileErrors.MissingFile : FileErrors.Data;
            check.Diagnostics.Error(id, path.Span, e.Message);
            return null;
        }
    }

    private bool KeysFit(Fields fields, string kind)
    {
        var wrong = _keysOfKind.Values.SelectMany(k => k).Distinct().Where(k => fields.Has(k) && !_keysOfKind[kind].Contains(k)).ToList();
        foreach (string key in wrong)
            check.Diagnostics.Error(FileErrors.Contradiction, fields.KeyOf(key),
                $"'{key}' means nothing for {kind}", $"it belongs to {string.Join(", ", _keysOfKind.Where(k => k.Value.Contains(key)).Select(k => k.Key))}");
        if (kind == "png" && !fields.Has("patch"))
            check.Diagnostics.Error(FileErrors.MissingKey, fields.Span, "a source of pictures has no 'patch'", "add \"patch\": the height and width of a patch");
        return wrong.Count == 0 && (kind != "png" || fields.Value("patch") is not null);
    }

    private IDataSource Open(string name, string kind, string path, Fields fields)
    {
        RowRange? split = fields.Value("split") is { } rows && RowRange.TryParse(rows.Text, out var range) ? range : null;
        return kind switch
        {
            "idx" => new IdxSource(name, path, split),
            "csv" => new CsvSource(name, Existing(path), Layout(fields), split),
            "npy" => ArraySource.OfNpy(name, Existing(path), fields.Text("label"), split),
            "npz" => ArraySource.OfNpz(name, Existing(path), fields.Text("label"), split),
            _ => Patches(name, path, fields, split),
        };
    }

    /// <summary>A split may not go beyond the rows; sources whose rows are found out later check it then.</summary>
    private IDataSource Checked(IDataSource source, Fields fields)
    {
        if (fields.Text("split") is { } text && RowRange.TryParse(text, out var split))
            StreamSpecReader.CheckSplit(split, text, source, fields.SpanOf("split"), check.Diagnostics);
        return source;
    }

    private static string Existing(string path)
    {
        if (File.Exists(path))
            return path;
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        throw new FileNotFoundException(Directory.Exists(path) ? $"'{path}' is a folder"
            : Directory.Exists(folder) ? $"there is no file '{path}'; {Suggestions.Hint(Path.GetFileName(path), Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)))}"
            : $"there is no file '{path}', nor its folder");
    }

    private static CsvLayout Layout(Fields fields)
    {
        var columns = fields.Value("columns") is null ? null : fields.Members("columns")
            .Select(m => (m.Name, (IReadOnlyList<string>)(m.Value.Kind == JsonKind.List ? [.. m.Value.Items.Select(i => i.Text)] : [m.Value.Text]))).ToList();
        return new CsvLayout(fields.Flag("header"), columns, fields.Text("label"));
    }

    /// <summary>Pictures are looked for at once only when the circuit itself is on the disk; one that ships inside brings none.</summary>
    private PatchSource Patches(string name, string folder, Fields fields, RowRange? split)
    {
        int size = fields.Whole("patch");
        int components = fields.Value("components") is { } kept ? (int)kept.Number : 0;
        if (components > size * size)
            throw new InvalidDataException($"a patch of {size} x {size} has {size * size} components, not {components}");
        if (File.Exists(circuit.Path) && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"there is no folder '{folder}'");
        return new PatchSource(name, folder, new PatchLayout(size, fields.Whole("count"), fields.Flag("contrast"),
            fields.Number("least-contrast"), fields.Text("whiten"), fields.Number("epsilon"), components, (ulong)fields.Number("seed")), split);
    }
}
