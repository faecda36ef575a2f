using System.CommandLine;
using System.CommandLine.Invocation;

namespace CostSociety.Cli;

/// <summary>The program <c>costsociety</c>: one command a file.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        var parsed = Root().Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Action is not ParseErrorAction)
            return parsed.Invoke();
        foreach (var error in parsed.Errors)
            Console.Error.WriteLine($"error: {error.Message}");
        Console.Error.WriteLine($"see: {CommandPath(parsed.CommandResult)} --help");
        return ExitCode.Usage;
    }

    private static RootCommand Root() => new("Trains societies of cost functions: circuits and costs are files, the optimizer is fixed.\n\n"
        + "Example: costsociety train")
    {
        TrainCommand.Create(), CheckCommand.Create(), InspectCommand.Create(), CompareCommand.Create(), ExportCommand.Create(),
        DataCommand.Create(), BenchCommand.Create(),
    };

    private static string CommandPath(System.CommandLine.Parsing.CommandResult result) =>
        result.Command is RootCommand ? "costsociety" : $"costsociety {result.Command.Name}";
}
