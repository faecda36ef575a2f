using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace CostSociety.Cli;

/// <summary>Flags whose value is a whole number; what is none is refused with the numbers that are taken.</summary>
internal static class WholeNumber
{
    /// <summary>A flag that may be left out.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="doc">What it means.</param>
    /// <param name="least">Smallest number taken.</param>
    /// <param name="most">Largest number taken.</param>
    public static Option<long?> Option(string name, string doc, long least, long most) => new(name)
    {
        Description = doc,
        HelpName = "N",
        CustomParser = result => Parse(result, name, least, most),
    };

    /// <summary>A flag with a value when it is left out.</summary>
    public static Option<int> Option(string name, string doc, int least, int most, int without) => new(name)
    {
        Description = doc,
        HelpName = "N",
        DefaultValueFactory = _ => without,
        CustomParser = result => (int)(Parse(result, name, least, most) ?? without),
    };

    private static long? Parse(ArgumentResult result, string name, long least, long most)
    {
        string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most)
            return value;
        result.AddError($"{name} takes a whole number from {least} to {most}, got '{text}'");
        return null;
    }
}
