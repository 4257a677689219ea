using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;

namespace LimiQuantix.Core.CloudInit;

/// <summary>Looks into a MIME archive that a host wrote itself (RFC 2046 §5.1), as far as it can be told what the guest's Python would make of it.</summary>
internal static partial class MimeParts
{
    private const int MaxParts = 200;

    /// <summary>Why cloud-init would not take it, as the end of a sentence; <see langword="null"/> when it does, or that cannot be told.</summary>
    public static string? WhyNot(string text)
    {
        (string headers, string body) = Split(text);
        if (!TypeOf(headers).StartsWith("multipart/", StringComparison.Ordinal)) return UserDataCheck.OfParts([Part(headers, body)]);
        if (Boundary().Match(headers) is not { Success: true } boundary) return "is a MIME archive without a boundary in its Content-Type";
        string line = "--" + (boundary.Groups["quoted"].Success ? boundary.Groups["quoted"].Value : boundary.Groups["bare"].Value);
        List<(string Type, string? Content)> parts = [];
        foreach (string part in Parts(body, line).Take(MaxParts))
        {
            (string partHeaders, string content) = Split(part);
            parts.Add(Part(partHeaders, content));
        }

        return parts.Count == 0 ? "is a MIME archive without a part between its boundaries" : UserDataCheck.OfParts(parts);
    }

    // Between lines that are the boundary, up to the one that closes it. Python's parser takes the rest of the text where none does.
    private static IEnumerable<string> Parts(string body, string boundary)
    {
        StringBuilder? part = null;
        foreach (string line in body.Split('\n'))
        {
            string mark = line.TrimEnd(' ', '\t', '\r');
            if (mark != boundary && mark != boundary + "--")
            {
                part?.Append(line).Append('\n');
                continue;
            }

            if (part is not null) yield return part.ToString();
            if (mark != boundary) yield break;
            part = new StringBuilder();
        }

        if (part is not null) yield return part.ToString();
    }

    private static (string Type, string? Content) Part(string headers, string body)
    {
        string encoding = EncodingHeader().Match(headers) is { Success: true } match ? match.Groups["name"].Value.ToLowerInvariant() : "7bit";
        string? content = encoding switch
        {
            "7bit" or "8bit" or "binary" => body,
            "base64" => Decode(body),
            // Quoted-printable and what else there is: only the guest can tell.
            _ => null,
        };
        string type = TypeOf(headers);
        bool isToBeFound = type is "text/plain" or "text/x-not-multipart" or "application/octet-stream" or UserDataKind.ScriptType;
        return (isToBeFound && content is not null ? UserDataKind.Of(content)?.Type ?? type : type, content);
    }

    // As Python's get_content_type: whatever is no type and subtype is plain text.
    private static string TypeOf(string headers)
    {
        string type = Type().Match(headers) is { Success: true } named ? named.Groups["type"].Value.Trim().ToLowerInvariant() : "";
        return type.Count(c => c == '/') == 1 ? type : "text/plain";
    }

    private static (string Headers, string Body) Split(string text)
    {
        string lines = text.ReplaceLineEndings("\n");
        int end = lines.IndexOf("\n\n", StringComparison.Ordinal);
        return end < 0 ? (lines, "") : (lines[..end], lines[(end + 2)..]);
    }

    private static string? Decode(string body)
    {
        byte[] encoded = Encoding.ASCII.GetBytes(body.Trim());
        byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        return Base64.DecodeFromUtf8(encoded, decoded, out _, out int count) == System.Buffers.OperationStatus.Done ? Encoding.UTF8.GetString(decoded, 0, count) : null;
    }

    [GeneratedRegex("""^Content-Type:(?<type>[^;\n]*)""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Multiline, 1000)]
    private static partial Regex Type();

    [GeneratedRegex("""\bboundary\s*=\s*(?:"(?<quoted>[^"\n]{1,200})"|(?<bare>[^\s;"]{1,200}))""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Boundary();

    [GeneratedRegex("""^Content-Transfer-Encoding:\s*(?<name>[A-Za-z0-9-]+)""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Multiline, 1000)]
    private static partial Regex EncodingHeader();
}
