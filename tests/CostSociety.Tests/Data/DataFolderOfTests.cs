using System.Runtime.CompilerServices;
using CostSociety.Data;

namespace CostSociety.Tests.Data;

/// <summary>The tests see the small data sets of the repository, whatever the machine has; so do the programs they start.</summary>
internal static class DataFolderOfTests
{
    public static string Path { get; } = Repository.PathOf("tests", "data");

    [ModuleInitializer]
    public static void Set() => Environment.SetEnvironmentVariable(DataFolder.Variable, Path);
}
