using System.Text;

namespace Netlink;

/// <summary>What the kernel takes as a link's name: dev_valid_name() of net/core/dev.c.</summary>
internal static class LinkName
{
    /// <summary>IFNAMSIZ without the NUL.</summary>
    public const int MaxBytes = 15;

    /// <summary>ALTIFNAMSIZ without the NUL.</summary>
    public const int MaxAlternativeBytes = 127;

    /// <exception cref="ArgumentException">It takes it not.</exception>
    public static void Check(string name, int maxBytes, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, parameter);
        if (Encoding.UTF8.GetByteCount(name) > maxBytes)
            throw new ArgumentException($"'{name}' is no link's name: one has at most {maxBytes} bytes.", parameter);
        if (name is "." or ".." || name.AsSpan().IndexOfAny("/:\0") >= 0 || name.Any(static c => c < 0x80 && char.IsWhiteSpace(c)))
            throw new ArgumentException($"'{name}' is no link's name: one has no slash, colon or white space, and is neither '.' nor '..'.", parameter);
    }
}
