using CostSociety.Language;

namespace CostSociety.Circuits;

/// <summary>Writes the paths of a file out, so that it means the same in another folder: those of data sources, masks and first weights.</summary>
internal static class RootedPaths
{
    private const string Sources = "sources";
    private static readonly string[] _ownersOfFiles = ["mask", "init", "feedback"];

    /// <summary>The circuit with whole paths.</summary>
    public static JsonValue Of(JsonValue root, SourceText circuit) => Walk(root, "", "", circuit);

    private static JsonValue Walk(JsonValue value, string parent, string grandparent, SourceText circuit) => value.Kind == JsonKind.Object
        ? JsonValue.OfObject([.. value.Members.Select(m => m with { Value = Inside(m, parent, grandparent, circuit) })], value.Span)
        : value;

    private static JsonValue Inside(JsonMember member, string parent, string grandparent, SourceText circuit)
    {
        bool isPath = (member.Name == "file" && _ownersOfFiles.Contains(parent)) || (grandparent == Sources && SourceFormat.Kinds.Contains(member.Name));
        return isPath && member.Value.Kind == JsonKind.Text
            ? JsonValue.OfText(ExpressionText.Made(Path.GetFullPath(TextFiles.Beside(circuit, member.Value.Text)), member.Value.Span), member.Value.Span)
            : Walk(member.Value, member.Name, parent, circuit);
    }
}
