using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using CostSociety.Language;

namespace CostSociety.Cli;

/// <summary>The program <c>costsociety</c>: one command a file.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        var parsed = Root().Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Action is not ParseErrorAction)
            return parsed.Invoke();
        foreach (string problem in Problems(parsed))
            Console.Error.WriteLine($"error: {problem}");
        Console.Error.WriteLine($"see: {CommandPath(parsed.CommandResult)} --help");
        return ExitCode.Usage;
    }

    private static RootCommand Root() => new("Trains societies of cost functions: circuits and costs are files, the optimizer is fixed.\n\n"
        + "Example: costsociety train")
    {
        TrainCommand.Create(), CheckCommand.Create(), InspectCommand.Create(), CompareCommand.Create(), LesionCommand.Create(), ExportCommand.Create(),
        DataCommand.Create(), BenchCommand.Create(),
    };

    private static IEnumerable<string> Problems(ParseResult parsed)
    {
        var commands = parsed.CommandResult.Command.Subcommands.Select(c => c.Name).ToList();
        if (commands.Count == 0 || parsed.UnmatchedTokens is not [var word, ..] || word.StartsWith('-'))
            return parsed.Errors.Select(e => e.Message);
        return [$"unknown command '{word}'; {(Suggestions.Nearest(word, commands) is { } meant ? $"did you mean '{meant}'?" : $"there {(commands.Count == 1 ? "is" : "are")} {string.Join(", ", commands)}")}"];
    }

    private static string CommandPath(CommandResult result) => result.Parent is CommandResult parent
        ? $"{CommandPath(parent)} {result.Command.Name}"
        : "costsociety";
}
