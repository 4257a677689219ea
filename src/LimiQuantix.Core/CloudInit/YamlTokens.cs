using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace LimiQuantix.Core.CloudInit;

/// <summary>What YamlDotNet's scanner lets pass and PyYAML's does not: tabs between tokens, values without a key, and characters that begin or end a plain text.</summary>
internal sealed class YamlTokens
{
    private readonly string _text;

    // Of each open collection: whether it is a flow one ([], {}), and whether a key waits for its value.
    private readonly Stack<(bool IsFlow, bool HasKey)> _open = new();
    private long _end;

    private YamlTokens(string text)
    {
        _text = text;
        _open.Push((false, false));
    }

    /// <summary>Why PyYAML refuses the text, with the line; <see langword="null"/> where it goes on to the grammar.</summary>
    /// <exception cref="YamlException">No YAML to either of them.</exception>
    public static string? WhyNot(string text)
    {
        YamlTokens tokens = new(text);
        Scanner scanner = new(new StringReader(text), skipComments: false);
        bool isFirst = true;
        while (scanner.MoveNext())
        {
            if (scanner.Current is not { } token || token is StreamStart) continue;
            // The scanner gives some of its errors as a token, again and again.
            if (token is Error) return $"is not YAML (line {token.Start.Line})";
            if (token is DocumentEnd && isFirst) return $"ends before it begins (line {token.Start.Line})";
            isFirst &= token is Comment;
            if (tokens.WhyNot(token) is { } why) return $"{why} (line {token.Start.Line})";
        }

        return null;
    }

    private string? WhyNot(Token token)
    {
        const string Tab = "has a tab where YAML takes spaces alone";
        if (Slice(_end, token.Start.Index).Contains('\t')) return Tab;
        _end = Math.Max(_end, token.End.Index);
        (bool isFlow, bool hasKey) = _open.Peek();
        switch (token)
        {
            case Scalar { Style: ScalarStyle.Plain }:
                ReadOnlySpan<char> plain = Slice(token.Start.Index, token.End.Index).TrimEnd("\r\n ");
                if (plain.Contains('\t')) return Tab;
                if (plain is ['@' or '`' or '%' or '>' or '|', ..]) return $"begins a plain text with '{plain[0]}': put it in quotes";
                return isFlow && (plain is [':', ..] || plain.Contains('?')) ? "has a plain text with '?' or ':' in brackets: put it in quotes" : null;
            case Key:
                return Replace(isFlow, true);
            case Value:
                return hasKey ? Replace(isFlow, false) : "has a value without a key";
            case FlowMappingStart or FlowSequenceStart:
                _open.Push((true, false));
                return null;
            case BlockMappingStart or BlockSequenceStart:
                _open.Push((false, false));
                return null;
            case FlowMappingEnd or FlowSequenceEnd or BlockEnd:
                if (_open.Count > 1) _open.Pop();
                return null;
            case FlowEntry:
                return Replace(isFlow, false);
            default:
                return null;
        }
    }

    private string? Replace(bool isFlow, bool hasKey)
    {
        _open.Pop();
        _open.Push((isFlow, hasKey));
        return null;
    }

    private ReadOnlySpan<char> Slice(long start, long end)
    {
        int from = (int)Math.Clamp(start, 0, _text.Length);
        return _text.AsSpan(from, (int)Math.Clamp(end, from, _text.Length) - from);
    }
}
