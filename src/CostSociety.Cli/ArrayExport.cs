using CostSociety.Data;
using CostSociety.Runs;

namespace CostSociety.Cli;

/// <summary>One file that was written.</summary>
internal sealed record ExportedArray(string Name, IReadOnlyList<int> Shape, string Path);

/// <summary>Writes the state of a run's newest checkpoint as .npy files, one an array.</summary>
internal static class ArrayExport
{
    /// <summary>Writes all arrays, or those of one name.</summary>
    public static IReadOnlyList<ExportedArray> Write(RunFolder folder, string target, string? only)
    {
        var tensors = folder.Checkpoints.LoadLatest().Content.Tensors.Where(t => t.Type == StoredType.F32).ToList();
        var chosen = tensors.Where(t => only is null || IsOf(t.Name, only)).ToList();
        if (chosen.Count == 0)
            throw new InvalidDataException(only is null
                ? $"the checkpoint in '{folder.Path}' holds no array"
                : $"the run has no array '{only}'; {Language.Suggestions.Hint(only, tensors.Select(t => t.Name))}");
        AtomicFile.CreateFolder(target);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. chosen.OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => Write(t, target, taken))];
    }

    /// <summary>A name of letters, digits, dots, dashes and underscores that no file of the set has yet.</summary>
    public static string SafeName(string name, HashSet<string> taken)
    {
        string text = string.Concat(name.Replace(" -> ", "-to-").Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-')).TrimStart('.');
        string stem = text.Length == 0 ? "array" : text[..Math.Min(text.Length, 200)];
        string safe = stem;
        for (int n = 2; !taken.Add(safe); n++)
            safe = $"{stem}-{n}";
        return safe;
    }

    /// <summary>Whether an array has a name, or belongs to the projection or area of that name; spaces count for nothing.</summary>
    private static bool IsOf(string array, string name) =>
        Unspaced(array) == Unspaced(name) || Unspaced(array).StartsWith(Unspaced(name) + ".", StringComparison.Ordinal);

    /// <summary>A name without spaces: <c>v1->it</c> is <c>v1 -> it</c>.</summary>
    public static string Unspaced(string name) => name.Replace(" ", "");

    private static ExportedArray Write(StoredTensor tensor, string target, HashSet<string> taken)
    {
        string path = Path.Combine(target, SafeName(tensor.Name, taken) + ".npy");
        int[] shape = [.. tensor.Shape.Select(s => checked((int)s)).DefaultIfEmpty(1)];
        Npy.Save(path, shape, tensor.Floats());
        return new ExportedArray(tensor.Name, shape, path);
    }
}
