using System.Text;

namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>Which names and labels a volume can carry unharmed in all of its hierarchies.</summary>
internal static class IsoName
{
    /// <summary>Joliet's limit for a name, in UTF-16 units.</summary>
    public const int MaxLength = 64;

    /// <summary>What fits one directory record beside an 8.3 identifier and the other Rock Ridge entries.</summary>
    public const int MaxUtf8Length = 160;

    /// <summary>32 bytes of UCS-2 in the Joliet descriptor; a longer label would differ between the descriptors.</summary>
    public const int MaxLabelLength = 16;

    private const string JolietForbidden = "*/:;?\\";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">The name cannot be stored; the message says why.</exception>
    public static void Check(string name)
    {
        if (name.Length == 0)
            throw new ArgumentException("A file name on the volume is empty.", nameof(name));
        if (name is "." or "..")
            throw new ArgumentException($"'{name}' cannot name a file on the volume.", nameof(name));
        if (name.Length > MaxLength)
            throw new ArgumentException($"The file name '{name}' is longer than {MaxLength} characters.", nameof(name));
        foreach (char c in name)
        {
            if (char.IsControl(c) || JolietForbidden.Contains(c, StringComparison.Ordinal))
                throw new ArgumentException($"A file name holds the character U+{(int)c:X4}, which Joliet forbids.", nameof(name));
        }
        if (Utf8Length(name) > MaxUtf8Length)
            throw new ArgumentException($"The file name '{name}' is longer than {MaxUtf8Length} bytes of UTF-8.", nameof(name));
    }

    /// <exception cref="ArgumentException">The label cannot be stored alike in both descriptors.</exception>
    public static void CheckLabel(string label)
    {
        if (label.Length is 0 or > MaxLabelLength)
            throw new ArgumentException($"A volume label has 1 to {MaxLabelLength} characters, '{label}' has {label.Length}.", nameof(label));
        foreach (char c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
                throw new ArgumentException($"A volume label holds letters, digits, '_' and '-' only, not U+{(int)c:X4}.", nameof(label));
        }
    }

    private static int Utf8Length(string name)
    {
        try
        {
            return StrictUtf8.GetByteCount(name);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException("A file name holds half of a surrogate pair.", nameof(name), e);
        }
    }
}
