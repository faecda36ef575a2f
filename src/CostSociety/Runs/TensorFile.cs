namespace CostSociety.Runs;

/// <summary>The content of a safetensors file.</summary>
/// <param name="tensors">The tensors, in the order of the file.</param>
/// <param name="metadata">Free strings of the file.</param>
public sealed class TensorFile(IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata)
{
    private readonly Dictionary<string, StoredTensor> _byName = tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>The tensors, in the order of the file.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; } = tensors;

    /// <summary>Free strings of the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata;

    /// <summary>Whether the file carried a checksum, and the content agrees with it.</summary>
    public bool IsChecked { get; init; }

    /// <summary>Whether the file has a tensor of that name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>A tensor by name, or null.</summary>
    public StoredTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>A tensor by name.</summary>
    /// <exception cref="CheckpointException">The file has none.</exception>
    public StoredTensor this[string name] =>
        _byName.GetValueOrDefault(name) ?? throw new CheckpointException($"the checkpoint has no tensor '{name}'");

    /// <summary>A string of the metadata by name.</summary>
    /// <exception cref="CheckpointException">The file has none.</exception>
    public string Text(string name) =>
        Metadata.GetValueOrDefault(name) ?? throw new CheckpointException($"the checkpoint's metadata have no '{name}'");
}
