using System.Collections.Frozen;

namespace CostSociety.Circuits;

/// <summary>One key of an object: a row of a table.</summary>
/// <param name="Name">The key.</param>
/// <param name="Form">What its value may be.</param>
/// <param name="Doc">What it means, one sentence.</param>
/// <param name="Default">The value when the key is missing, as JSON or in words; null when there is none.</param>
/// <param name="Required">Whether it must stand.</param>
internal sealed record Key(string Name, Form Form, string Doc, string? Default = null, bool Required = false);

/// <summary>Keys that exclude each other.</summary>
internal sealed record Choice(bool OneRequired, IReadOnlyList<string> Names)
{
    /// <summary>Whether two of them at once leave nothing to go on with, so that no later check blames what only one of them says.</summary>
    public bool BothMeanNeither { get; init; }
}

/// <summary>The keys of one kind of object.</summary>
internal sealed class KeyTable
{
    private readonly FrozenDictionary<string, Key> _keys;

    public KeyTable(string name, string doc, params IReadOnlyList<Key> keys)
    {
        (Name, Doc) = (name, doc);
        Keys = [.. keys, new("why", new TextForm(), "The reason, in free text.", "\"\""), new("notes", new TextForm(), "Free text.")];
        _keys = Keys.ToFrozenDictionary(k => k.Name, StringComparer.Ordinal);
    }

    /// <summary>What messages and documentation call such an object.</summary>
    public string Name { get; }

    public string Doc { get; }

    public IReadOnlyList<Key> Keys { get; }

    /// <summary>Groups of keys that exclude each other.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>Form of keys that the table does not list, or null when there are none.</summary>
    public Form? Rest { get; init; }

    /// <summary>The key that a plain text in place of the object stands for, or null.</summary>
    public string? Shorthand { get; init; }

    /// <summary>Keys that a user may write.</summary>
    public IEnumerable<string> Names => Keys.Where(k => k.Form is not RefusedForm).Select(k => k.Name);

    /// <summary>The same keys as defaults: none has to stand, and none selects.</summary>
    public KeyTable AsDefaults() => new(Name + "-defaults", $"Keys that a {Name} takes over where it does not have them.", [.. Keys.Where(k => k.Name is not ("why" or "notes")).Select(AsDefault)])
    {
        Choices = [.. Choices.Select(c => c with { OneRequired = false })],
    };

    private Key AsDefault(Key key) => key.Name == "class"
        ? key with { Form = new RefusedForm("defaults select by class, so they give none", $"write 'class' into the {Name} itself") }
        : key with { Required = false };

    public Key? Find(string name) => _keys.GetValueOrDefault(name);

    /// <summary>Keys that exclude the given one.</summary>
    public IEnumerable<string> Rivals(string name) =>
        Choices.Where(c => c.Names.Contains(name)).SelectMany(c => c.Names).Where(n => n != name);
}
