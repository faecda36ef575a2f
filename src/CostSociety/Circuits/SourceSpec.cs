using CostSociety.Data;
using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>A data source that a circuit describes itself.</summary>
/// <param name="Name">Its name in the circuit.</param>
/// <param name="Data">The data; opened when first needed.</param>
/// <param name="Span">Where its name stands.</param>
public sealed record SourceSpec(string Name, IDataSource Data, SourceSpan Span);

/// <content>Where the data of streams comes from.</content>
public sealed partial record Circuit
{
    /// <summary>The data source of a stream, the circuit's own or a built-in one.</summary>
    /// <exception cref="ArgumentException">The host supplies the stream.</exception>
    public IDataSource DataOf(StreamSpec stream) =>
        Sources.FirstOrDefault(s => s.Name == stream.Source)?.Data ?? DataSources.Find(stream.Source)
        ?? throw new ArgumentException($"no data source '{stream.Source}' supplies the stream '{stream.Name}'", nameof(stream));
}
