namespace CostSociety.Language;

/// <summary>How tightly operators bind; the parser and the printer share these numbers.</summary>
internal static class Operators
{
    public const int Lowest = 0;
    public const int Or = 1;
    public const int And = 2;
    public const int Not = 3;
    public const int Comparison = 4;
    public const int Sum = 5;
    public const int Product = 6;
    public const int Negation = 7;
    public const int Power = 8;
    public const int Operand = 9;

    /// <summary>Precedence of an infix operator, or -1 for anything else.</summary>
    public static int Infix(string symbol) => symbol switch
    {
        "or" => Or,
        "and" => And,
        "<" or "<=" or ">" or ">=" or "==" or "!=" => Comparison,
        "+" or "-" => Sum,
        "*" or "/" => Product,
        "^" => Power,
        _ => -1,
    };
}
