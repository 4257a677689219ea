using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LimiQuantix.Core.Machines.Waiting;

/// <summary>
/// What cloud-init says went wrong, in its own words, each once. It ends with success and no error in <c>result.json</c> though it left all of its user-data
/// out: that stands in <c>status.json</c> (from 23.4 on), in its log and on the console alone.
/// </summary>
internal static partial class CloudInitVerdict
{
    public const string ResultFile = "/run/cloud-init/result.json";
    public const string StatusFile = "/run/cloud-init/status.json";
    public const string LogFile = "/var/log/cloud-init.log";

    private const int MaxWords = 8;
    private const int MaxLength = 300;

    /// <summary>The errors of <c>result.json</c>.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static IReadOnlyList<string> OfResult(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("v1", out var v1) && v1.ValueKind == JsonValueKind.Object
            && v1.TryGetProperty("errors", out var errors) ? Texts(errors) : [];
    }

    /// <summary>The errors of each stage in <c>status.json</c>, and of what it recovered from what it left out. Nothing where it is no such file.</summary>
    public static IReadOnlyList<string> OfStatus(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("v1", out var v1) || v1.ValueKind != JsonValueKind.Object) return [];
            List<string> found = [];
            foreach (var stage in v1.EnumerateObject().Where(stage => stage.Value.ValueKind == JsonValueKind.Object))
            {
                if (stage.Value.TryGetProperty("errors", out var errors)) found.AddRange(Texts(errors));
                if (!stage.Value.TryGetProperty("recoverable_errors", out var recovered) || recovered.ValueKind != JsonValueKind.Object) continue;
                found.AddRange(recovered.EnumerateObject().SelectMany(level => Texts(level.Value)).Where(text => LeftOut().IsMatch(text)));
            }

            return Few(found);
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>The lines of a log, or of a console, that say that user-data was left out.</summary>
    public static IReadOnlyList<string> OfLog(string text) => Few(LeftOut().Matches(text).Select(match => match.Value));

    /// <summary>As <see cref="OfLog(string)"/>, of a file's bytes.</summary>
    public static IReadOnlyList<string> OfLog(ReadOnlyMemory<byte> bytes) => OfLog(Encoding.UTF8.GetString(bytes.Span));

    private static string[] Texts(JsonElement array) =>
        array.ValueKind != JsonValueKind.Array ? [] : Few(array.EnumerateArray().Select(error => error.ValueKind == JsonValueKind.String ? error.GetString()! : error.GetRawText()));

    // A guest says what it likes: few of them, short, on one line each.
    private static string[] Few(IEnumerable<string> words) =>
        [.. words.Select(word => Names.Show(word.Split('\n')[0].Trim(), MaxLength)).Where(word => word.Length > 0).Distinct(StringComparer.Ordinal).Take(MaxWords)];

    [GeneratedRegex(
        """(?:[Ff]ailed loading yaml|[Ff]ailed at merging in cloud config|[Uu]nhandled (?:non-multipart|unknown content-type)|[Ff]ailed to (?:shellify|run module scripts-user))[^\r\n]{0,400}""",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LeftOut();
}
