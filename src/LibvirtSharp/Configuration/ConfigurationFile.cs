namespace LibvirtSharp.Configuration;

/// <summary>
/// libvirt's configuration format (<c>src/util/virconf.c</c>): names, each with a string, a number or a list of them. What libvirt's
/// own reader refuses is refused here.
/// </summary>
internal sealed class ConfigurationFile
{
    private readonly string _path;
    private readonly string _text;
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);
    private int _position;
    private int _line = 1;

    private ConfigurationFile(string path, string text) => (_path, _text) = (path, text);

    private char Current => _position < _text.Length ? _text[_position] : '\0';

    private bool IsAtLineEnd => _position == _text.Length || Current is '\n' or '\r';

    /// <summary>Each name's value: a string, a number as its digits in a <see cref="ConfigurationNumber"/>, or a list of these. The first of a name counts.</summary>
    /// <exception cref="LibvirtException">It is not in the format.</exception>
    public static IReadOnlyDictionary<string, object> Parse(string path, string text)
    {
        var file = new ConfigurationFile(path, text);
        while (file.SkipToStatement())
            file.ReadStatement();
        return file._values;
    }

    private bool SkipToStatement()
    {
        SkipBlanksAndLines();
        while (Current == '#')
        {
            SkipComment();
            SkipBlanksAndLines();
        }
        return _position < _text.Length;
    }

    private void ReadStatement()
    {
        int start = _position;
        if (!char.IsAsciiLetter(Current))
            throw Error("expecting a name");
        while (char.IsAsciiLetterOrDigit(Current) || Current == '_')
            _position++;
        string name = _text[start.._position];
        SkipBlanks();
        if (!Take('='))
            throw Error("expecting an assignment");
        SkipBlanks();
        _values.TryAdd(name, Current == '[' ? ReadList() : ReadScalar());
        SkipBlanks();
        if (Current == '#')
            SkipComment();
        if (!IsAtLineEnd && !Take(';'))
            throw Error("expecting a separator");
    }

    private List<object> ReadList()
    {
        _position++;
        var items = new List<object>();
        SkipBlanksAndLines();
        while (!Take(']'))
        {
            if (_position == _text.Length)
                throw Error("list is not closed with ]");
            if (items.Count > 0)
            {
                if (!Take(','))
                    throw Error("expecting a separator in list");
                SkipBlanksAndLines();
                if (Take(']'))
                    break;
            }
            items.Add(ReadScalar());
            SkipBlanksAndLines();
        }
        return items;
    }

    private object ReadScalar()
    {
        if (_text.AsSpan(_position).StartsWith("\"\"\"", StringComparison.Ordinal))
            return ReadString("\"\"\"", overLines: true);
        return Current is '"' or '\'' ? ReadString(Current.ToString(), overLines: false) : ReadNumber();
    }

    private string ReadString(string quote, bool overLines)
    {
        int start = _position + quote.Length;
        int end = _text.IndexOf(quote, start, StringComparison.Ordinal);
        if (end < 0 || (!overLines && _text.AsSpan(start, end - start).ContainsAny('\n', '\r')))
            throw Error("unterminated string");
        string value = _text[start..end];
        _line += value.Count(each => each == '\n');
        _position = end + quote.Length;
        return value;
    }

    private ConfigurationNumber ReadNumber()
    {
        int start = _position;
        if (!char.IsAsciiDigit(Current) && Current != '-')
            throw Error("expecting a value");
        _position++;
        while (char.IsAsciiDigit(Current))
            _position++;
        if (_text[_position - 1] == '-')
            throw Error("unterminated number");
        return new ConfigurationNumber(_text[start.._position]);
    }

    private bool Take(char wanted)
    {
        if (Current != wanted || _position == _text.Length)
            return false;
        _position++;
        return true;
    }

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t')
            _position++;
    }

    private void SkipBlanksAndLines()
    {
        for (; Current is ' ' or '\t' or '\n' or '\r'; _position++)
        {
            if (Current == '\n')
                _line++;
        }
    }

    private void SkipComment()
    {
        while (!IsAtLineEnd)
            _position++;
    }

    private LibvirtException Error(string what) =>
        new(LibvirtErrorCode.ConfSyntax, LibvirtErrorDomain.Conf, $"configuration file syntax error: {_path}:{_line}: {what}");
}
