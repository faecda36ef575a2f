namespace CostSociety.Data;

/// <summary>How patches are cut out of pictures.</summary>
/// <param name="Size">Height and width.</param>
/// <param name="Count">Number of patches.</param>
/// <param name="Contrast">Whether a patch loses its mean and is divided by its standard deviation.</param>
/// <param name="LeastContrast">Smallest standard deviation of a patch, of values from 0 to 255; duller ones are passed over.</param>
/// <param name="Whiten"><c>zca</c>, <c>pca</c> or null.</param>
/// <param name="Epsilon">Added to every eigenvalue before whitening.</param>
/// <param name="Components">Components that PCA keeps; 0 for all.</param>
/// <param name="Seed">Seed of the places.</param>
internal sealed record PatchLayout(
    int Size, int Count, bool Contrast, double LeastContrast, string? Whiten, double Epsilon, int Components, ulong Seed)
{
    /// <summary>Values of a patch.</summary>
    public int Pixels => Size * Size;

    /// <summary>Shape of a sample.</summary>
    public int[] Shape => Whiten == "pca" ? [Components > 0 ? Components : Pixels] : [1, Size, Size];
}
