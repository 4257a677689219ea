using System.Text.Json;

namespace LimiQuantix.Core.CloudInit;

/// <summary>
/// Finds what cloud-init would leave out of user-data: a guest says nothing of it, or where nobody looks. Each kind is judged by its own rule, and nothing
/// of the text is in what is said.
/// </summary>
internal static class UserDataCheck
{
    private const string Kinds = "#cloud-config, #cloud-config-archive, #cloud-config-jsonp, #!, #include, #include-once, #cloud-boothook, #part-handler, ## template: jinja or MIME headers";

    /// <summary>Why cloud-init would not take it, as the end of a sentence about it; <see langword="null"/> when it does.</summary>
    public static string? WhyNot(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "has nothing but white space: leave it out";
        if (text[0] == '\ufeff') return "begins with a byte order mark, which cloud-init does not know: leave the mark out";
        // What begins as a kind is no header, whatever mail it writes further down.
        return UserDataKind.Of(text) is { } kind ? WhyNot(kind.Type, text)
            : UserDataKind.IsMime(text) ? MimeParts.WhyNot(text)
            : $"is of no kind that cloud-init knows: begin it with {Kinds}";
    }

    /// <summary>The top-level keys of a cloud-config that no module of cloud-init reads, each with its line.</summary>
    public static IReadOnlyList<(string Key, long Line)> UnknownKeys(string text) =>
        UserDataKind.Of(text) is { Type: UserDataKind.CloudConfigType }
            ? [.. PythonYaml.Read(text).Keys.Where(entry => !CloudConfigKeys.IsKnown(entry.Key))]
            : [];

    /// <summary>
    /// Whether it is of a kind that cloud-init leaves out without a word. Alone it is passed all the same: other readers of the seed have kinds of their own,
    /// such as Talos' machine configuration.
    /// </summary>
    public static bool IsForeign(string text) =>
        !string.IsNullOrWhiteSpace(text) && text[0] != '\ufeff' && UserDataKind.Of(text) is null && !UserDataKind.IsMime(text);

    /// <summary>Whether it could let somebody log in: cloud-init finds something in it.</summary>
    public static bool SaysSomething(string? text) =>
        !string.IsNullOrWhiteSpace(text) && !IsForeign(text)
        && (UserDataKind.Of(text) is not { Type: UserDataKind.CloudConfigType } || PythonYaml.Read(text).Root != YamlRoot.Nothing);

    /// <summary>The same for a part of a known type.</summary>
    public static string? WhyNot(string type, string text) => type switch
    {
        UserDataKind.CloudConfigType => OfYaml(text, YamlRoot.Mapping, "a mapping (key: value)"),
        UserDataKind.ArchiveType => OfYaml(text, YamlRoot.Sequence, "a list of parts") ?? OfEntries(PythonYaml.Read(text).Entries),
        UserDataKind.JsonpType => OfJsonPatch(text),
        // The guest runs the file as it stands, and its kernel looks at the first two bytes.
        UserDataKind.ScriptType => text.StartsWith("#!", StringComparison.Ordinal) ? null : "is a script with something before its '#!', so that the guest cannot run it: begin with '#!'",
        UserDataKind.JinjaType => OfJinja(text),
        UserDataKind.IncludeType or UserDataKind.IncludeOnceType => OfInclude(text),
        _ => null,
    };

    private static string? OfYaml(string text, YamlRoot wanted, string what)
    {
        YamlVerdict verdict = PythonYaml.Read(text);
        if (verdict.Problem is { } problem) return $"{problem}: cloud-init would leave all of it out";
        return verdict.Root == wanted || verdict.Root == YamlRoot.Nothing ? null : $"is YAML, but not {what}: cloud-init would leave all of it out";
    }

    // As user_data.py does it (_explode_archive): a text by how it begins, a mapping by its type.
    private static string? OfEntries(IReadOnlyList<IReadOnlyDictionary<string, string>> entries)
    {
        List<(string Type, string? Content)> parts = [];
        foreach (IReadOnlyDictionary<string, string> entry in entries)
        {
            string? content = entry.GetValueOrDefault(YamlVerdict.Itself) ?? entry.GetValueOrDefault("content");
            parts.Add((entry.GetValueOrDefault("type") ?? (content is null ? null : UserDataKind.Of(content)?.Type) ?? "text/cloud-config", content));
        }

        return OfParts(parts);
    }

    /// <summary>Why one of several parts would be left out. A part whose content is not known is taken.</summary>
    public static string? OfParts(IReadOnlyList<(string Type, string? Content)> parts)
    {
        // A handler that the host brings along takes what it likes.
        if (parts.Any(part => part.Type == UserDataKind.PartHandlerType)) return null;
        foreach ((int index, (string type, string? content)) in parts.Index())
        {
            string? why = UserDataKind.IsHandled(type) ? content is null ? null : WhyNot(type, content) : "no version of cloud-init handles";
            if (why is not null) return $"has a part ({index + 1}, {type}) that {why}";
        }

        return null;
    }

    private static string? OfJsonPatch(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().TrimStart()["#cloud-config-jsonp".Length..].Trim();
        try
        {
            using JsonDocument patch = JsonDocument.Parse(rest.ToString());
            return patch.RootElement.ValueKind == JsonValueKind.Array ? null : "is no list of JSON patch operations (RFC 6902)";
        }
        catch (JsonException exception)
        {
            return $"is no JSON (line {exception.LineNumber + 2})";
        }
    }

    // What it is becomes known once the guest has rendered it; only a part that begins as nothing known can be told now.
    private static string? OfJinja(string text)
    {
        string begin = text.TrimStart();
        int end = begin.IndexOf('\n', StringComparison.Ordinal);
        string rest = end < 0 ? "" : begin[(end + 1)..];
        return rest.TrimStart() is ['{', ..] || UserDataKind.Of(rest) is not (null or { Type: UserDataKind.JinjaType })
            ? null
            : $"is a template of no kind that cloud-init knows: let its second line be {Kinds}";
    }

    private static string? OfInclude(string text)
    {
        foreach ((int index, string raw) in text.TrimStart().Split('\n').Index())
        {
            string line = raw.Trim();
            foreach (string start in (ReadOnlySpan<string>)["#include-once", "#include"])
            {
                if (!line.StartsWith(start, StringComparison.OrdinalIgnoreCase)) continue;
                line = line[start.Length..].Trim();
                break;
            }

            if (line is "" or ['#', ..]) continue;
            if (!Uri.TryCreate(line, UriKind.Absolute, out _)) return $"includes what is no URL (line {index + 1})";
        }

        return null;
    }
}
