namespace CostSociety.Circuits;

/// <summary>The parts of a projection's name, <c>from -> to.compartment</c>.</summary>
internal sealed record ProjectionName(string From, string To, string Compartment)
{
    /// <summary>Pattern of a projection's name, for the schema.</summary>
    public const string Pattern = @"^\s*[A-Za-z_][A-Za-z0-9_]*\s*->\s*[A-Za-z_][A-Za-z0-9_]*(\s*\.\s*[A-Za-z_][A-Za-z0-9_]*)?\s*$";

    /// <summary>The compartment that is left out of names.</summary>
    public const string DefaultCompartment = "basal";

    /// <summary>The one spelling that the program uses.</summary>
    public string Canonical => Compartment == DefaultCompartment ? $"{From} -> {To}" : $"{From} -> {To}.{Compartment}";

    /// <summary>Takes a name apart; null when it is not one.</summary>
    public static ProjectionName? Parse(string text)
    {
        int arrow = text.IndexOf("->", StringComparison.Ordinal);
        if (arrow < 0)
            return null;
        string from = text[..arrow].Trim(), target = text[(arrow + 2)..].Trim();
        int dot = target.IndexOf('.', StringComparison.Ordinal);
        string to = dot < 0 ? target : target[..dot].TrimEnd();
        string compartment = dot < 0 ? DefaultCompartment : target[(dot + 1)..].TrimStart();
        bool good = Names.IsName(from) && Names.IsName(to) && Names.IsName(compartment);
        return good ? new ProjectionName(from, to, compartment) : null;
    }

    /// <summary>The canonical spelling of a projection's name; any other text as it is.</summary>
    public static string Normalize(string text) => Parse(text)?.Canonical ?? text;
}
