using System.CommandLine;
using CostSociety.Data;

namespace CostSociety.Cli;

/// <summary><c>costsociety data</c>: lists the data sources, and gets those that do not ship.</summary>
internal sealed class DataCommand
{
    private readonly Option<bool> _json = new("--json") { Description = "Prints the list as one JSON object." };

    private readonly Option<bool> _jsonOfGet = new("--json") { Description = "Prints the folder and its files, with the hashes of what is packed in them, as one JSON object." };

    private readonly Argument<string> _set = new("SET") { Description = $"One of {string.Join(", ", DownloadableSet.All.Select(s => s.Name))}." };

    private readonly Option<string?> _from = new("--from") { Description = "Copies the files from a folder; it is searched with its subfolders.", HelpName = "FOLDER" };

    private readonly Option<string?> _mirror = new("--mirror") { Description = "Downloads from another address, which holds the packed files.", HelpName = "URL" };

    private DataCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var data = new DataCommand();
        var command = new Command("data", "Lists the data sources that circuits can name, and gets those that do not ship.\n\n"
            + "Example: costsociety data");
        command.Options.Add(data._json);
        command.Subcommands.Add(data.CreateGet());
        command.SetAction(parsed => Guard.Run(() => data.List(parsed.GetValue(data._json))));
        return command;
    }

    private Command CreateGet()
    {
        var get = new Command("get", $"Puts a data set into the data folder ({DataFolder.Rule}) and checks its hashes.\n\n"
            + "Example: costsociety data get fashion-mnist --from /usr/share/datasets");
        _set.AcceptOnlyFromAmong([.. DownloadableSet.All.Select(s => s.Name)]);
        get.Arguments.Add(_set);
        get.Options.Add(_from);
        get.Options.Add(_mirror);
        get.Options.Add(_jsonOfGet);
        get.Validators.Add(result =>
        {
            if (result.GetResult(_from) is { Implicit: false } && result.GetResult(_mirror) is { Implicit: false })
                result.AddError("--from and --mirror exclude each other");
        });
        get.SetAction(parsed => Guard.Run(() => Get(parsed)));
        return get;
    }

    private int Get(ParseResult parsed)
    {
        var set = DownloadableSet.Find(parsed.GetValue(_set)!)!;
        using var stop = new StopSignal();
        var fetch = new DataFetch(set, stop.Token);
        string folder = parsed.GetValue(_from) is { } from ? fetch.CopyFrom(from) : fetch.Download(parsed.GetValue(_mirror));
        if (parsed.GetValue(_jsonOfGet))
            PrintJson(set, folder);
        else
            Console.Out.WriteLine($"{set.Name}: {set.Files.Count} files in {folder}, hashes as expected");
        return ExitCode.Ok;
    }

    private static void PrintJson(DownloadableSet set, string folder) => JsonOutput.Print(json =>
    {
        json.WriteString("name", set.Name);
        json.WriteString("folder", folder);
        json.Objects("files", set.Files, f =>
        {
            json.WriteString("file", f.Name + ".gz");
            json.WriteString("sha256Unpacked", f.Sha256);
        });
    });

    private int List(bool json)
    {
        if (json)
            JsonOutput.Print(writer => writer.Objects("sources", DataSources.All, s =>
            {
                writer.WriteString("name", s.Name);
                writer.WriteString("doc", s.Doc);
                writer.WriteString("licence", s.Licence);
                writer.WriteNumber("rows", s.Rows);
                writer.Objects("fields", s.Fields, f =>
                {
                    writer.WriteString("name", f.Name);
                    writer.WriteString("shape", Shape(f));
                    writer.WriteNumber("classes", f.Classes);
                });
                writer.WriteString("place", s.Place);
                writer.WriteString("get", s.Place is null ? Command(s) : null);
            }));
        else
            Terminal.PrintTable("data sources", ["name", "rows", "fields", "licence", "where"], 5, DataSources.All.Select(s => new[]
            {
                s.Name, Terminal.Count(s.Rows), string.Join(", ", s.Fields.Select(f => $"{f.Name} {Shape(f)}")), s.Licence, s.Place ?? Command(s),
            }));
        return ExitCode.Ok;
    }

    private static string Command(IDataSource source) => $"costsociety data get {source.Name}";

    private static string Shape(DataField field) => field.Classes > 0 ? $"({field.Classes} classes)" : $"[{string.Join(", ", field.Shape)}]";
}
