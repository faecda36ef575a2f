using System.Globalization;

namespace CostSociety.Runs;

/// <summary>A value to be reached in training; how many samples that takes is what learning costs a system that has few of them.</summary>
/// <param name="Quantity">A measure or cost term, see <see cref="Runs.Quantity"/>.</param>
/// <param name="Value">The value.</param>
/// <param name="FromBelow">Whether it is reached by rising to it, or by falling to it.</param>
public sealed record Criterion(string Quantity, double Value, bool FromBelow)
{
    /// <summary>Whether a value has reached it.</summary>
    public bool IsMet(double value) => FromBelow ? value >= Value : value <= Value;

    /// <summary>Reads <c>NAME>=VALUE</c>, <c>NAME&lt;=VALUE</c>, or <c>NAME=VALUE</c>, which a measure rises to and a cost falls to.</summary>
    public static bool TryParse(string text, out Criterion criterion)
    {
        int equals = text.IndexOf('=');
        char sign = equals > 0 ? text[equals - 1] : '=';
        string name = equals < 0 ? "" : text[..equals].TrimEnd('<', '>').Trim();
        bool isNumber = double.TryParse(text.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        criterion = new Criterion(name, value, sign == '>' || (sign != '<' && !Runs.Quantity.IsCost(name)));
        return name.Length > 0 && isNumber && double.IsFinite(value);
    }

    /// <summary>The criterion as a condition.</summary>
    public override string ToString() => $"{Quantity} {(FromBelow ? ">=" : "<=")} {Value.ToString(CultureInfo.InvariantCulture)}";
}
