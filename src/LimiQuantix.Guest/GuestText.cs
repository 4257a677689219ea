using System.Globalization;
using System.Text;

namespace LimiQuantix.Guest;

/// <summary>What a guest says is shown, stored and logged: bounded, and without characters that act on a terminal or a log.</summary>
internal static class GuestText
{
    /// <summary>At most so many characters, each that is not printable written as \u and its number; cut text ends in an ellipsis.</summary>
    public static string Clean(string text, int most)
    {
        if (text.Length <= most && !text.Any(IsActive))
            return text;
        var clean = new StringBuilder(Math.Min(text.Length, most) + 8);
        foreach (char c in text)
        {
            if (clean.Length >= most)
            {
                clean.Append('…');
                break;
            }

            if (IsActive(c))
                clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                clean.Append(c);
        }

        return clean.ToString();
    }

    private static bool IsActive(char c) => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029'
        || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format;
}
