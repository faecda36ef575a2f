namespace CostSociety.Language;

/// <summary>Cuts a text into tokens. It always comes to the end: what it cannot read, it reports and skips.</summary>
internal sealed class Lexer
{
    private const string OneCharacter = "+-*/^()<>=,;{}";

    private readonly string _text;
    private readonly TextErrors _errors;
    private readonly List<Token> _tokens = [];
    private int _position;

    private Lexer(string text, TextErrors errors)
    {
        _text = text;
        _errors = errors;
    }

    public static List<Token> Tokenize(ExpressionText text, TextErrors errors)
    {
        var lexer = new Lexer(text.Text, errors);
        while (lexer.SkipBlanks())
            lexer._tokens.Add(lexer.Next());

        // The end stands behind the last token, not behind blanks and comments: there a missing piece would be written.
        int end = lexer._tokens.Count == 0 ? 0 : lexer._tokens[^1].End;
        lexer._tokens.Add(new Token(TokenKind.End, "", end, 0));
        return lexer._tokens;
    }

    private char Peek(int ahead = 0) => _position + ahead < _text.Length ? _text[_position + ahead] : '\0';

    private bool SkipBlanks()
    {
        while (_position < _text.Length)
        {
            char c = _text[_position];
            if (c == '#' || (c == '/' && Peek(1) == '/'))
                SkipLine();
            else if (c is ' ' or '\t' or '\r' or '\n')
                _position++;
            else
                return true;
        }
        return false;
    }

    private void SkipLine()
    {
        int end = _text.IndexOf('\n', _position);
        _position = end < 0 ? _text.Length : end;
    }

    private Token Next()
    {
        char c = _text[_position];
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
            return Number();
        if (Names.IsStart(c))
            return Name();
        return c is '\'' or '"' ? Quoted(c) : Symbol();
    }

    private Token Take(TokenKind kind, int start, string text, double value = 0) =>
        new(kind, text, start, _position - start, value);

    private Token Number()
    {
        int start = _position;
        SkipDigits();
        if (Peek() == '.' && char.IsAsciiDigit(Peek(1)))
            _position++;
        SkipDigits();
        SkipExponent();
        int end = _position;
        while (Names.IsPart(Peek()) || Peek() == '.')
            _position++;
        string text = _text[start.._position];
        if (NumberText.TryParse(text, out double value) && end == _position && text[0] != '.')
            return Take(TokenKind.Number, start, text, value);
        ReportNumber(start, text, _text[start..end]);
        return Take(TokenKind.Number, start, text);
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek()))
            _position++;
    }

    private void SkipExponent()
    {
        if (Peek() is not ('e' or 'E'))
            return;
        int sign = Peek(1) is '+' or '-' ? 1 : 0;
        if (!char.IsAsciiDigit(Peek(1 + sign)))
            return;
        _position += 1 + sign;
        SkipDigits();
    }

    private void ReportNumber(int start, string text, string readable)
    {
        bool large = text == readable && text[0] != '.';
        string shown = text.Length <= 40 ? text : text[..40] + "...";
        string message = large
            ? $"the number {shown} is too large; the largest is 3.4e38"
            : $"malformed number '{shown}'";
        _errors.Report("COST1002", start, text.Length, message, NumberHint(text, readable, large));
    }

    private static string? NumberHint(string text, string readable, bool large)
    {
        if (large || text.Length > 40)
            return null;
        string rest = text[readable.Length..];
        if (text[0] == '.')
            return $"write 0{text}";
        if (rest == ".")
            return $"write {readable} or {readable}.0";
        bool product = Names.IsIdentifier(rest) && rest[0] is not ('e' or 'E' or 'x' or '_');
        return product || rest == "x" ? $"write {readable} * {rest}" : "a number looks like 1, 0.5 or 1e-3";
    }

    private Token Name()
    {
        int start = _position;
        SkipSegment();
        while (Peek() == '.' && Names.IsStart(Peek(1)))
        {
            _position++;
            SkipSegment();
        }
        string name = _text[start.._position];
        if (Peek() == '.')
            ReportDot(name);
        return Take(Names.IsKeyword(name) ? TokenKind.Symbol : TokenKind.Name, start, name);
    }

    private void SkipSegment()
    {
        while (Names.IsPart(Peek()))
            _position++;
    }

    private void ReportDot(string name)
    {
        _errors.Report("COST1003", _position, 1, $"expected a name behind the dot of '{name}.'",
            "a name with dots has no blanks: retina.apical");
        while (Names.IsPart(Peek()) || Peek() == '.')
            _position++;
    }

    // Quotes end with the line, so that a forgotten one spoils no more than its line.
    private Token Quoted(char quote)
    {
        int start = _position++;
        int inside = _position;
        while (_position < _text.Length && _text[_position] != quote && _text[_position] is not ('\n' or '\r'))
            _position++;
        string name = _text[inside.._position];
        if (Peek() != quote)
        {
            _errors.Report("COST1007", start, 1, "the quote is not closed", $"close the name with {quote}");
            return Take(TokenKind.Error, start, name);
        }
        _position++;
        if (name.Length == 0)
            _errors.Report("COST1003", start, 2, "expected a name between the quotes, found nothing");
        return Take(TokenKind.Quoted, start, name);
    }

    private Token Symbol()
    {
        int start = _position;
        int length = SymbolLength();
        if (length < 2 && Misspellings.At(_text.AsSpan(start)) is { Wrong.Length: > 0 } found)
            return Misspelled(found.Wrong, found.Right, found.Hint);
        if (length == 0)
            return Unexpected();
        _position += length;
        return Take(TokenKind.Symbol, start, _text[start.._position]);
    }

    private int SymbolLength()
    {
        char c = Peek();
        if (Peek(1) == '=' && "<>=!".Contains(c))
            return 2;
        return OneCharacter.Contains(c) ? 1 : 0;
    }

    private Token Misspelled(string wrong, string? right, string hint)
    {
        int start = _position;
        _position += wrong.Length;
        _errors.Report("COST1001", start, wrong.Length, $"unexpected '{wrong}'", hint);
        return Take(right is null ? TokenKind.Error : TokenKind.Symbol, start, right ?? wrong);
    }

    private Token Unexpected()
    {
        int start = _position++;
        char c = _text[start];
        if (char.IsHighSurrogate(c) && char.IsLowSurrogate(Peek()))
            _position++;
        else
            SkipMoreLike(c);
        string text = _text[start.._position];
        string? hint = char.IsLetter(c) ? "names use the letters a to z and A to Z, digits and _" : null;
        _errors.Report("COST1001", start, text.Length, $"unexpected character {Show(text)}", hint);
        return Take(TokenKind.Error, start, text);
    }

    // A run of strange letters, or of one strange character, is one mistake.
    private void SkipMoreLike(char c)
    {
        while (_position < _text.Length && (_text[_position] == c || (IsStrange(c) && IsStrange(Peek()))))
            _position++;
    }

    private static bool IsStrange(char c) => char.IsLetter(c) && !Names.IsStart(c);

    private static string Show(string character)
    {
        char c = character[0];
        bool invisible = char.IsControl(c) || char.IsWhiteSpace(c) || (char.IsSurrogate(c) && character.Length == 1);
        string shown = character.Length <= 8 ? character : character[..8] + "...";
        return invisible ? $"U+{(int)c:X4}" : $"'{shown}'";
    }
}
