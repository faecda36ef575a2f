namespace CostSociety.Tests;

/// <summary>Files of the repository, and golden files that a run can rewrite.</summary>
internal static class Repository
{
    private const string Update = "COSTSOCIETY_UPDATE_GOLDEN";

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Compares a text with a golden file; with COSTSOCIETY_UPDATE_GOLDEN=1 writes the file instead.</summary>
    public static void AssertGolden(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable(Update) == "1")
            File.WriteAllText(path, actual);
        Assert.True(File.Exists(path), $"{path} does not exist; run once with {Update}=1 and review what it writes");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "CostSociety.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}
