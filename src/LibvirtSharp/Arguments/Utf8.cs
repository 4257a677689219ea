using System.Text;

namespace LibvirtSharp;

/// <summary>Text as the protocols have it. Half of a surrogate pair would arrive as U+FFFD, and a NUL would cut the text off: both are refused.</summary>
internal static class Utf8
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">It is no text that can be sent.</exception>
    public static int Length(string text, string? name)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("The text contains a NUL character, which libvirt cannot hold.", name);
        try
        {
            return Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException($"The text is no Unicode: half of a surrogate pair stands alone at {error.Index}.", name, error);
        }
    }

    /// <summary>What a field of characters that ends with a NUL says; bytes that are no text become U+FFFD.</summary>
    public static string Terminated(byte[] field)
    {
        int end = Array.IndexOf(field, (byte)0);
        return Encoding.UTF8.GetString(field, 0, end < 0 ? field.Length : end);
    }

    public static int Write(string text, Span<byte> bytes) => Strict.GetBytes(text, bytes);
}
