using System.Text.RegularExpressions;

namespace LimiQuantix;

/// <summary>The rules for names that users choose.</summary>
internal static partial class Names
{
    /// <summary>What to tell somebody whose name is not a DNS label.</summary>
    public const string DnsLabelRule = "Use lower-case letters, digits and inner hyphens, at most 63.";

    /// <summary>Whether a name is a DNS label in lower case (RFC 1123 §2.1).</summary>
    public static bool IsDnsLabel(string? name) => name is not null && DnsLabel().IsMatch(name);

    /// <summary>Whether a name is one or more DNS labels with dots, at most 253 characters.</summary>
    public static bool IsHostname(string? name) => name is { Length: <= 253 } && name.Split('.').All(IsDnsLabel);

    public static bool HasControlCharacter(string text) => text.Any(char.IsControl);

    /// <summary>A user's text, short and printable, for a message.</summary>
    public static string Show(string? text, int maxLength = 80)
    {
        if (text is null) return "(null)";
        var cut = text.Length > maxLength ? text[..maxLength] + "…" : text;
        return string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }

    [GeneratedRegex("""\A[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\z""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DnsLabel();
}
