using System.Globalization;
using System.Text;
using static CostSociety.Report.Html;

namespace CostSociety.Report;

/// <summary>
/// Receptive fields as little pictures. Colour is the sign, opacity the size of a weight, so that they read on a
/// light and on a dark page.
/// </summary>
internal static class FieldPictures
{
    private const int MostFields = 256;
    private const double Clipped = 0.99;
    private const double LongestSide = 56;

    public static void Append(StringBuilder html, IReadOnlyList<FieldPicture> pictures)
    {
        FieldPicture[] shown = [.. pictures.Where(picture => picture.Fields.Count > 0)];
        if (shown.Length == 0)
            return;
        html.Append("<section aria-labelledby=\"fields\"><h2 id=\"fields\">Receptive fields</h2>");
        foreach (var picture in shown)
            AppendPicture(html, picture);
        html.Append("</section>\n");
    }

    /// <summary>Red, green, blue and opacity of each weight.</summary>
    public static byte[] Pixels(ReadOnlySpan<float> weights, double limit)
    {
        byte[] rgba = new byte[weights.Length * 4];
        for (int i = 0; i < weights.Length; i++)
        {
            double size = limit > 0 && float.IsFinite(weights[i]) ? Math.Min(1, Math.Abs(weights[i]) / limit) : 0;
            ReadOnlySpan<byte> colour = weights[i] >= 0 ? [214, 96, 40] : [58, 118, 196];
            colour.CopyTo(rgba.AsSpan(i * 4));
            rgba[i * 4 + 3] = (byte)Math.Round(255 * size);
        }
        return rgba;
    }

    /// <summary>The size that 99 of 100 weights stay below.</summary>
    public static double Limit(FieldPicture picture)
    {
        float[] sizes = [.. picture.Fields.SelectMany(field => field).Where(float.IsFinite).Select(Math.Abs).Order()];
        return sizes.Length == 0 ? 0 : sizes[(int)(Clipped * (sizes.Length - 1))] is var limit and > 0 ? limit : sizes[^1];
    }

    private static void AppendPicture(StringBuilder html, FieldPicture picture)
    {
        double limit = Limit(picture);
        int count = Math.Min(picture.Fields.Count, MostFields);
        string some = count < picture.Fields.Count ? $"first {count} of " : "";
        html.Append($"<figure class=\"card\"><figcaption>{Escape(picture.Title)} <span class=\"soft\">{some}{picture.Fields.Count} fields of {picture.Width}×{picture.Height}</span>");
        html.Append($"<span class=\"scale\"><span>−{Number(limit)}</span><i></i><span>{Number(limit)}</span></span></figcaption><div class=\"fields\">");
        for (int i = 0; i < count; i++)
            AppendField(html, picture, i, limit);
        html.Append("</div></figure>");
    }

    private static void AppendField(StringBuilder html, FieldPicture picture, int index, double limit)
    {
        float[] field = picture.Fields[index];
        if (field.Length != picture.Width * picture.Height)
            throw new ArgumentException($"field {index} of '{picture.Title}' has {field.Length} weights; expected {picture.Width * picture.Height}");
        double scale = Math.Max(1, Math.Floor(LongestSide / Math.Max(picture.Width, picture.Height)));
        string uri = Png.DataUri(picture.Width, picture.Height, Pixels(field, limit));
        string number = index.ToString(CultureInfo.InvariantCulture);
        html.Append($"<img src=\"{uri}\" width=\"{At(picture.Width * scale)}\" height=\"{At(picture.Height * scale)}\" alt=\"field {number}\" title=\"field {number}\">");
    }
}
