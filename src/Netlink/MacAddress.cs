using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Netlink;

/// <summary>An Ethernet address, as text <c>02:00:00:00:00:01</c>.</summary>
public readonly record struct MacAddress : ISpanParsable<MacAddress>
{
    /// <summary>Its length in bytes: ETH_ALEN.</summary>
    public const int Size = 6;

    private readonly ulong _value;

    /// <summary>An address from its six bytes.</summary>
    /// <exception cref="ArgumentException">There are not six.</exception>
    public MacAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"An Ethernet address has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        foreach (byte each in bytes)
            _value = (_value << 8) | each;
    }

    private MacAddress(ulong value) => _value = value;

    /// <summary>00:00:00:00:00:00, which in a VXLAN's forwarding entries stands for every address that has no entry of its own.</summary>
    public static MacAddress Zero => default;

    /// <summary>Whether it is a group's, not one station's.</summary>
    public bool IsMulticast => ((_value >> 40) & 1) != 0;

    /// <summary>Reads six pairs of hexadecimal digits with colons or hyphens between them.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static MacAddress Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static MacAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out MacAddress result) ? result : throw new FormatException($"'{s}' is no Ethernet address, such as 02:00:00:00:00:01.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MacAddress result) => TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MacAddress result)
    {
        result = default;
        if (s.Length != 17)
            return false;
        ulong value = 0;
        for (int at = 0; at < s.Length; at += 3)
        {
            if (!byte.TryParse(s.Slice(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte each))
                return false;
            if (at > 0 && (s[at - 1] is not (':' or '-') || s[at - 1] != s[2]))
                return false;
            value = (value << 8) | each;
        }
        result = new MacAddress(value);
        return true;
    }

    /// <summary>Writes the six bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < Size)
            throw new ArgumentException($"An Ethernet address needs {Size} bytes of room.", nameof(destination));
        for (int i = 0; i < Size; i++)
            destination[i] = (byte)(_value >> (8 * (Size - 1 - i)));
    }

    /// <summary>The six bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(17, _value, static (text, value) =>
    {
        for (int i = 0; i < Size; i++)
        {
            ((byte)(value >> (8 * (Size - 1 - i)))).TryFormat(text[(i * 3)..], out _, "x2", CultureInfo.InvariantCulture);
            if (i < Size - 1)
                text[(i * 3) + 2] = ':';
        }
    });
}
