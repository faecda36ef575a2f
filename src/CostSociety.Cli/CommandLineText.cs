namespace CostSociety.Cli;

/// <summary>A command line as a person types it.</summary>
internal static class CommandLineText
{
    private const string Plain = "-_./:=,+@%";

    /// <summary>The command line of this process.</summary>
    public static string OfThisProcess() => Of(Environment.GetCommandLineArgs().Skip(1));

    /// <summary>A command line of these arguments; what a shell would read otherwise stands in quotes.</summary>
    public static string Of(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quoted).Prepend("costsociety"));

    private static string Quoted(string argument) => argument.Length > 0 && argument.All(c => char.IsLetterOrDigit(c) || Plain.Contains(c))
        ? argument
        : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
