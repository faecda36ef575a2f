namespace CostSociety.Circuits;

/// <summary>Numbers of everything that can be wrong with a circuit or cost file, one number a kind of error.</summary>
internal static class FileErrors
{
    public const string Syntax = "COST3001";
    public const string DuplicateKey = "COST3002";
    public const string UnknownKey = "COST3003";
    public const string WrongKind = "COST3004";
    public const string Range = "COST3005";
    public const string MissingKey = "COST3006";
    public const string Format = "COST3007";
    public const string NotSupported = "COST3008";
    public const string MissingFile = "COST3009";
    public const string Unreadable = "COST3010";
    public const string BadName = "COST3011";
    public const string NameTaken = "COST3012";
    public const string UnknownChoice = "COST3013";
    public const string Exclusive = "COST3014";
    public const string UnknownName = "COST3015";
    public const string ProjectionName = "COST3016";
    public const string NoInput = "COST3017";
    public const string Shape = "COST3018";
    public const string Patch = "COST3019";
    public const string Transpose = "COST3020";
    public const string Contradiction = "COST3021";
    public const string Stage = "COST3022";
    public const string Override = "COST3023";
    public const string Selector = "COST3030";
    public const string Data = "COST3040";

    /// <summary>The catalogue, as the documentation of the format prints it.</summary>
    public static IReadOnlyList<(string Id, string Meaning)> All { get; } =
    [
        (Syntax, "The text is not JSON (comments and trailing commas are fine), or nests deeper than 64."),
        (DuplicateKey, "A key stands twice in one object."),
        (UnknownKey, "A key that the format does not know; the nearest one is suggested."),
        (WrongKind, "A value of the wrong kind, such as a text where a number belongs."),
        (Range, "A number outside its range; the message names the range."),
        (MissingKey, "A required key is missing."),
        (Format, "The number of the format is unknown, or newer than this program reads."),
        (NotSupported, "Something that the format reserves and this version does not build yet, or that stands elsewhere."),
        (MissingFile, "A file does not exist; similar names of the folder are suggested."),
        (Unreadable, "A file that cannot be read: permissions, a folder, or larger than 64 MB."),
        (BadName, "A name that is not a letter or underscore followed by letters, digits and underscores, or is a word of the language."),
        (NameTaken, "A name that something else has already."),
        (UnknownChoice, "A text that is not one of the values possible here."),
        (Exclusive, "Keys of which exactly one, or at most one, may stand."),
        (UnknownName, "An area, stream, projection, data source or field that does not exist."),
        (ProjectionName, "A projection's name that is not written 'a -> b' or 'a -> b.compartment'."),
        (NoInput, "An area that reads no stream and receives no projection."),
        (Shape, "Shapes that do not fit together."),
        (Patch, "A patch or pool that does not fit its areas; the message computes the shape that would."),
        (Transpose, "A projection that uses the weights of another which has none, is not dense (to be transposed), or has other sizes."),
        (Contradiction, "Settings that exclude each other."),
        (Stage, "A stage before the last that nothing ends."),
        (Override, "An override (--set) that cannot be applied."),
        (Selector, "A key of 'defaults' that selects neither areas nor projections."),
        (Data, "A data file that is not what the circuit says; the message names its file, and line and column of a table."),
    ];
}
