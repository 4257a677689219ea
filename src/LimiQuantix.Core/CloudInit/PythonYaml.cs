using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LimiQuantix.Core.CloudInit;

/// <summary>What kind of value a YAML document has at its root.</summary>
internal enum YamlRoot
{
    Nothing,
    Scalar,
    Mapping,
    Sequence,
}

/// <summary>A YAML document as cloud-init's reader has it, or why it has nothing of it.</summary>
/// <param name="Root">What is at the root.</param>
/// <param name="Keys">The plain keys of a mapping at the root, each with its line.</param>
/// <param name="Entries">The entries of a list at the root: texts, and of mappings the members that are texts.</param>
/// <param name="Problem">Why the reader refuses it, with the line; <see langword="null"/> when it does not. Nothing of the text is in it.</param>
internal sealed record YamlVerdict(YamlRoot Root, IReadOnlyList<(string Key, long Line)> Keys, IReadOnlyList<IReadOnlyDictionary<string, string>> Entries, string? Problem)
{
    /// <summary>The name under which an entry that is a text itself stands.</summary>
    public const string Itself = "";
}

/// <summary>
/// Reads YAML 1.1 by the rules of PyYAML's SafeLoader (6.0), which is cloud-init's: a key twice is allowed and a date that does not exist is not. Differs
/// from YamlDotNet's own object model in both directions.
/// </summary>
internal sealed partial class PythonYaml
{
    // Far above what a person writes; PyYAML's own bound is Python's recursion limit.
    private const int MaxDepth = 200;
    private const string Prefix = "tag:yaml.org,2002:";

    private static readonly HashSet<string> Tags =
        ["map", "seq", "str", "int", "float", "bool", "null", "timestamp", "binary", "omap", "pairs", "set", "python/unicode"];

    private readonly Parser _parser;
    private readonly Dictionary<string, YamlRoot> _anchors = new(StringComparer.Ordinal);
    private readonly List<(string Key, long Line)> _keys = [];
    private readonly List<Dictionary<string, string>> _entries = [];
    private YamlRoot _root;

    private PythonYaml(string text) => _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));

    /// <summary>Reads a document. Never throws for what is in it.</summary>
    public static YamlVerdict Read(string text)
    {
        int bad = IndexOfUnprintable(text);
        if (bad >= 0) return Not($"has a character that YAML does not allow (line {text.AsSpan(0, bad).Count('\n') + 1})");
        try
        {
            if (YamlTokens.WhyNot(text) is { } why) return Not(why);
            PythonYaml reader = new(text);
            return new(reader.ReadStream(), reader._keys, reader._entries, null);
        }
        catch (Refused refused)
        {
            return Not(refused.Message);
        }
        catch (YamlException exception)
        {
            // Not its message, which may quote the text.
            return Not($"is not YAML at line {exception.Start.Line}, column {exception.Start.Column}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // YamlDotNet's scanner has ends that are not its own error.
            return Not("is not YAML");
        }
    }

    private static YamlVerdict Not(string why) => new(YamlRoot.Nothing, [], [], why);

    private YamlRoot ReadStream()
    {
        Next<StreamStart>();
        if (_parser.Current is StreamEnd) return YamlRoot.Nothing;
        Next<DocumentStart>();
        _root = _parser.Current is SequenceStart ? YamlRoot.Sequence : YamlRoot.Nothing;
        YamlRoot root = ReadNode(0, isKey: false);
        Next<DocumentEnd>();
        return _parser.Current is StreamEnd ? root : throw new Refused("has more than one YAML document", _parser.Current!);
    }

    private YamlRoot ReadNode(int depth, bool isKey)
    {
        if (depth > MaxDepth) throw new Refused($"is nested more than {MaxDepth} deep", _parser.Current!);
        switch (_parser.Current)
        {
            case AnchorAlias alias:
                if (!_anchors.TryGetValue(alias.Value.Value, out YamlRoot known)) throw new Refused("names an anchor that is not there", alias);
                _parser.MoveNext();
                return known;
            case Scalar scalar:
                Anchor(scalar, YamlRoot.Scalar);
                CheckScalar(scalar, isKey);
                _parser.MoveNext();
                return scalar is { IsPlainImplicit: true, Value: "" or "~" or "null" or "Null" or "NULL" } ? YamlRoot.Nothing : YamlRoot.Scalar;
            case SequenceStart sequence:
                Anchor(sequence, YamlRoot.Sequence);
                CheckTag(sequence, "seq", "omap", "pairs", "set");
                _parser.MoveNext();
                while (_parser.Current is not SequenceEnd)
                {
                    if (depth == 0) _entries.Add(_parser.Current is Scalar text ? new() { [YamlVerdict.Itself] = text.Value } : []);
                    ReadNode(depth + 1, isKey: false);
                }

                _parser.MoveNext();
                return YamlRoot.Sequence;
            case MappingStart mapping:
                Anchor(mapping, YamlRoot.Mapping);
                CheckTag(mapping, "map", "omap", "set");
                _parser.MoveNext();
                while (_parser.Current is not MappingEnd) ReadPair(depth);
                _parser.MoveNext();
                return YamlRoot.Mapping;
            default:
                throw new Refused("is not YAML", _parser.Current!);
        }
    }

    private void ReadPair(int depth)
    {
        ParsingEvent start = _parser.Current!;
        bool isMerge = start is Scalar { IsPlainImplicit: true, Value: "<<" };
        if (depth == 0 && !isMerge && start is Scalar key) _keys.Add((key.Value, key.Start.Line));
        if (ReadNode(depth + 1, isKey: true) is YamlRoot.Mapping or YamlRoot.Sequence) throw new Refused("has a list or a mapping as a key", start);
        ParsingEvent value = _parser.Current!;
        if (depth == 1 && _root == YamlRoot.Sequence && start is Scalar name && value is Scalar member) _entries[^1][name.Value] = member.Value;
        if (ReadNode(depth + 1, isKey: false) is YamlRoot.Scalar or YamlRoot.Nothing && isMerge) throw new Refused("merges (<<) what is no mapping", value);
    }

    private void Anchor(NodeEvent node, YamlRoot root)
    {
        if (!node.Anchor.IsEmpty && !_anchors.TryAdd(node.Anchor.Value, root)) throw new Refused("has an anchor twice", node);
    }

    private static void CheckTag(NodeEvent node, params ReadOnlySpan<string> allowed)
    {
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific) return;
        if (!node.Tag.Value.StartsWith(Prefix, StringComparison.Ordinal) || !allowed.Contains(node.Tag.Value[Prefix.Length..]))
            throw new Refused("has a tag that cloud-init does not know", node);
    }

    private static void CheckScalar(Scalar scalar, bool isKey)
    {
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific)
        {
            if (!scalar.Tag.Value.StartsWith(Prefix, StringComparison.Ordinal) || !Tags.Contains(scalar.Tag.Value[Prefix.Length..]))
                throw new Refused("has a tag that cloud-init does not know", scalar);
            return;
        }

        if (!scalar.IsPlainImplicit) return;
        if (scalar.Value is "=" || (scalar.Value is "<<" && !isKey)) throw new Refused($"has a bare '{scalar.Value}', which cloud-init's reader takes for a tag: put it in quotes", scalar);
        if (Timestamp().Match(scalar.Value) is { Success: true } date && !IsDate(date)) throw new Refused("has a date that does not exist: put it in quotes", scalar);
        if (scalar.Value.AsSpan().TrimStart("+-") is ['0', 'b' or 'x', .. var digits] && digits.Length > 0 && !digits.ContainsAnyExcept('_'))
            throw new Refused("has a number without digits: put it in quotes", scalar);
    }

    private static bool IsDate(Match match)
    {
        int Part(string name) => match.Groups[name] is { Success: true } group ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;
        return Part("year") is > 0 and var year && Part("month") is >= 1 and <= 12 and var month && Part("day") is >= 1 and var day && day <= DateTime.DaysInMonth(year, month)
            && Part("hour") < 24 && Part("minute") < 60 && Part("second") < 60 && Part("offset") < 24;
    }

    private void Next<T>() where T : ParsingEvent
    {
        if (_parser.Current is null) _parser.MoveNext();
        if (_parser.Current is not T) throw new Refused("is not YAML", _parser.Current!);
        _parser.MoveNext();
    }

    // PyYAML's own class of characters; a lone surrogate is no text at all.
    private static int IndexOfUnprintable(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (c is not ('\t' or '\n' or '\r' or '\u0085' or (>= ' ' and <= '~') or (>= '\u00a0' and <= '\ud7ff') or (>= '\ue000' and <= '\ufffd'))) return i;
        }

        return -1;
    }

    [GeneratedRegex(
        """\A(?<year>\d{4})-(?:(?<month>\d\d)-(?<day>\d\d)|(?<month>\d\d?)-(?<day>\d\d?)(?:[Tt]|[ \t]+)(?<hour>\d\d?):(?<minute>\d\d):(?<second>\d\d)(?:\.\d*)?(?:[ \t]*(?:Z|[-+](?<offset>\d\d?)(?::\d\d)?))?)\z""",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Timestamp();

    private sealed class Refused(string why, ParsingEvent place) : Exception($"{why} (line {place.Start.Line})");
}
