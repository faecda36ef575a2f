using System.Runtime.CompilerServices;

namespace CostSociety.Fabric;

/// <summary>The text of a rule of the verifier, which is only written when the rule is broken: a check of a good bitstream makes no text.</summary>
[InterpolatedStringHandler]
internal ref struct RuleText
{
    private DefaultInterpolatedStringHandler _text;

    public RuleText(int literalLength, int formattedCount, bool holds, out bool isWritten) =>
        _text = (isWritten = !holds) ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public string Finish() => _text.ToStringAndClear();
}

/// <summary>What a rule calls an operand, <c>pre of term 1</c>; a text only when one is needed.</summary>
internal readonly record struct OperandName(string What, int Number)
{
    public override string ToString() => $"{What} {Number}";
}
