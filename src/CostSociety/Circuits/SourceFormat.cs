using CostSociety.Data;

namespace CostSociety.Circuits;

/// <summary>The table of data sources.</summary>
internal static class SourceFormat
{
    /// <summary>Rows of a source.</summary>
    public static PatternForm Rows { get; } = new("rows as \"start:stop\" or \"start:stop:stride\"", RowRange.Pattern, t => RowRange.TryParse(t, out _));

    /// <summary>Kinds of sources: the keys of which exactly one stands, with a path.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["idx", "csv", "npy", "npz", "png"];

    private static readonly TextForm _column = new("a column: its name, its number from 0, or numbers as \"start:stop\"");

    public static KeyTable Table { get; } = new("source", "Data in files. Paths are relative to the circuit; files are opened when they are needed.",
        new("idx", new TextForm("the path of a folder"), "Images and labels in the layout of MNIST, `train-images-idx3-ubyte` and so on, packed (`.gz`) or not; fields `image` and `label`; the files `t10k` are held out."),
        new("csv", new TextForm("the path of a .csv or .csv.gz file"), "A table of numbers with commas between; cells may stand in quotes."),
        new("npy", new TextForm("the path of a .npy file"), "A NumPy array, rows first; field `values`. Real, whole and truth values of any width become 32-bit floats."),
        new("npz", new TextForm("the path of a .npz file"), "NumPy arrays with one number of rows; their names are the fields."),
        new("png", new TextForm("the path of a folder"), "Patches of all PNG pictures of a folder (8 bits, not interlaced; colours become grey); field `image`."),
        new("header", new FlagForm(), "csv: whether the first row names the columns; otherwise their names are 0, 1, 2, ...", "true"),
        new("columns", new MapForm(MapKeys.Names, new EitherForm([_column, new ListForm(_column, "a list of columns", 1, 65536)]), "field", "an object of fields and their columns"), "csv: which columns are which fields.", "one field `values` of all columns but the label"),
        new("label", new TextForm("the name of a column or array"), "csv, npz, npy: the field that holds classes: whole numbers from 0, or in a table any texts, numbered in sorted order."),
        new("patch", new WholeForm(2, 32), "png: height and width of a patch; required there."),
        new("count", new WholeForm(2, 10_000_000), "png: number of patches.", "20000"),
        new("contrast", new FlagForm(), "png: whether a patch loses its mean and is divided by its standard deviation.", "true"),
        new("least-contrast", new NumberForm(0, 255), "png: smallest standard deviation of a patch, for pixels from 0 to 255; duller ones are passed over.", "8"),
        new("whiten", new ChoiceForm(["zca", "pca"]), "png: makes pixels uncorrelated, learned from the patches to learn from: `zca` keeps pictures, `pca` gives components, largest first."),
        new("epsilon", new NumberForm(0, 1e6), "png: added to every eigenvalue l of the covariance; components are scaled by 1/sqrt(l + epsilon).", "0.01"),
        new("components", new WholeForm(1, 1024), "png: components that `pca` keeps.", "all"),
        new("seed", new WholeForm(0, (1L << 53) - 1), "png: seed of the places.", "1"),
        new("split", Rows, "Rows used for training, the rest is held out.", $"idx: all but `t10k`; else {RowSplit.Doc}"))
    {
        Choices = [new(true, Kinds)],
    };
}
