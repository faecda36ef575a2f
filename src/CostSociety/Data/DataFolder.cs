namespace CostSociety.Data;

/// <summary>The folder that data sets are kept in: <c>$COSTSOCIETY_DATA</c>, else one of the user's own.</summary>
public static class DataFolder
{
    /// <summary>Name of the environment variable that names another folder.</summary>
    public const string Variable = "COSTSOCIETY_DATA";

    /// <summary>The rule in words, whatever the variable says.</summary>
    public const string Rule = $"${Variable}, else costsociety/data in the folder where this system keeps what belongs to one user, such as ~/.local/share";

    /// <summary>The folder; it need not exist.</summary>
    public static string Path => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
        ? given
        : System.IO.Path.Combine(OfUser(), "costsociety", "data");

    /// <summary>The folder of one data set in it.</summary>
    public static string Of(string name) => System.IO.Path.Combine(Path, name);

    // ~/.local/share or $XDG_DATA_HOME, ~/Library/Application Support, %LOCALAPPDATA%.
    private static string OfUser() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
}
