using System.CommandLine;
using CostSociety.Circuits;
using CostSociety.Data;
using CostSociety.Report;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary><c>costsociety export</c>: gets weights out of a run, as arrays, as a picture, or as numbers of a Gabor fit.</summary>
internal sealed class ExportCommand
{
    private readonly Argument<string> _run = new("RUN") { Description = "The folder of a run; its newest checkpoint is read." };

    private readonly Option<string?> _npy = new("--npy") { Description = "Writes every bank and variable as a .npy file, [units, inputs].", HelpName = "DIR" };

    private readonly Option<string?> _only = new("--only") { Description = "With --npy: only what has this name, or belongs to the projection or area of this name.", HelpName = "NAME" };

    private readonly Option<string[]> _fields = new("--fields")
    {
        Description = "Draws what each unit of a projection reads, side by side, as a PNG file.",
        HelpName = "PROJECTION FILE.png",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _gabor = new("--gabor")
    {
        Description = "Fits a Gabor function to each field of a projection and counts those with R^2 of 0.5 or more.",
        HelpName = "PROJECTION",
    };

    private readonly Option<bool> _pixels = new("--pixels") { Description = "With --fields and --gabor: shows what is read from the pixels before whitening." };

    private readonly Option<bool> _json = new("--json") { Description = "Prints the result as one JSON object." };

    private ExportCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var export = new ExportCommand();
        var command = new Command("export", "Gets weights out of a run: as NumPy arrays, as a picture of receptive fields, as a Gabor fit.\n\n"
            + "Example: costsociety export runs/digits --npy weights, then in Python: numpy.load(\"weights/it-to-report.weight.npy\")");
        command.Arguments.Add(export._run);
        foreach (var option in new Option[] { export._npy, export._only, export._fields, export._gabor, export._pixels, export._json })
            command.Options.Add(option);
        command.Validators.Add(export.CheckWhat);
        command.SetAction(parsed => Guard.Run(() => export.Run(parsed)));
        return command;
    }

    private void CheckWhat(System.CommandLine.Parsing.CommandResult result)
    {
        bool npy = Is(_npy), fields = Is(_fields), gabor = Is(_gabor);
        if (!npy && !fields && !gabor)
            result.AddError("say what to export: --npy DIR, --fields PROJECTION FILE.png or --gabor PROJECTION");
        if (Is(_only) && !npy)
            result.AddError("--only chooses among the files of --npy");
        if (Is(_pixels) && !fields && !gabor)
            result.AddError("--pixels belongs to --fields and --gabor");

        bool Is(Option option) => result.GetResult(option) is { Implicit: false };
    }

    private int Run(ParseResult parsed)
    {
        var folder = RunFolder.Open(parsed.GetValue(_run)!);
        var arrays = parsed.GetValue(_npy) is { } npy ? ArrayExport.Write(folder, npy, parsed.GetValue(_only)) : [];
        bool pixels = parsed.GetValue(_pixels);
        string? picture = parsed.GetValue(_fields) is { Length: 2 } fields ? Draw(folder, fields[0], fields[1], pixels) : null;
        var gabors = parsed.GetValue(_gabor) is { } gabor ? GaborReport.Of(FieldsOf(folder, gabor, pixels)) : null;
        if (parsed.GetValue(_json))
            PrintJson(arrays, picture, gabors);
        else
            PrintText(arrays, picture, gabors);
        return ExitCode.Ok;
    }

    private static string Draw(RunFolder folder, string projection, string file, bool pixels)
    {
        byte[] bytes = FieldSheet.Render(FieldsOf(folder, projection, pixels));
        AtomicFile.Write(file, stream => stream.Write(bytes));
        return file;
    }

    private static FieldPicture FieldsOf(RunFolder folder, string name, bool pixels)
    {
        using var society = RunLoading.Society(folder);
        var circuit = society.Circuit;
        var projection = circuit.Projections.FirstOrDefault(p => ArrayExport.Unspaced(p.Name) == ArrayExport.Unspaced(name)) ?? throw new InvalidDataException(
            $"the circuit has no projection '{name}'; {Language.Suggestions.Hint(name, circuit.Projections.Select(p => p.Name))}");
        return ReceptiveFields.Read(society, projection, pixels ? Pixels(circuit, projection) : null);
    }

    private static Func<float[], float[]> Pixels(Circuit circuit, ProjectionSpec projection)
    {
        string? reads = circuit.Areas.First(a => a.Name == projection.From).Reads;
        var stream = circuit.Streams.FirstOrDefault(s => s.Name == reads);
        return stream is not null && projection.Patch is null && circuit.DataOf(stream) is IWhitened { IsWhitened: true } source
            ? source.ToPixels
            : throw new InvalidDataException($"'{projection.Name}' does not read whitened pixels, so there is nothing to take back; leave --pixels away");
    }

    private static void PrintText(IReadOnlyList<ExportedArray> arrays, string? picture, GaborReport? gabors)
    {
        if (arrays.Count > 0)
            Terminal.PrintTable("arrays", ["name", "shape", "file"], 3, arrays.Select(a => new[] { a.Name, $"[{string.Join(", ", a.Shape)}]", a.Path }));
        if (arrays.Count > 0)
            Console.Out.WriteLine($"open one: python3 -c \"import numpy; print(numpy.load('{arrays[0].Path}').shape)\"");
        if (picture is not null)
            Console.Out.WriteLine($"picture {picture}");
        gabors?.Print();
    }

    private static void PrintJson(IReadOnlyList<ExportedArray> arrays, string? picture, GaborReport? gabors) => JsonOutput.Print(json =>
    {
        json.Objects("arrays", arrays, a =>
        {
            json.WriteString("name", a.Name);
            json.WriteString("file", a.Path);
            json.WriteStartArray("shape");
            foreach (int size in a.Shape)
                json.WriteNumberValue(size);
            json.WriteEndArray();
        });
        json.WriteString("picture", picture);
        if (gabors is not null)
            json.Object("gabor", () => gabors.Write(json));
    });
}
