using System.Globalization;
using System.Runtime.CompilerServices;

namespace LibvirtSharp;

/// <summary>
/// libvirt's scaled numbers: KB is 1000, KiB and K are 1024, in letters of either size; none is KiB
/// (https://libvirt.org/formatdomain.html#memory-allocation).
/// </summary>
internal static class SizeUnits
{
    public static long ToBytes(string number, string? unit)
    {
        if (!long.TryParse(number.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            throw new FormatException($"'{number}' is no size.");
        try
        {
            return checked(count * Factor(unit ?? "KiB"));
        }
        catch (OverflowException error)
        {
            throw new FormatException($"{number} {unit} is beyond any size.", error);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">It is negative, or no whole number of kibibytes.</exception>
    public static ulong ToKibibytes(long bytes, [CallerArgumentExpression(nameof(bytes))] string? name = null) => Whole(bytes, 10, "kibibytes", name);

    /// <exception cref="ArgumentOutOfRangeException">It is negative, or no whole number of mebibytes.</exception>
    public static ulong ToMebibytes(long bytes, [CallerArgumentExpression(nameof(bytes))] string? name = null) => Whole(bytes, 20, "mebibytes", name);

    /// <summary>In bytes; what is beyond any size becomes <see cref="long.MaxValue"/>.</summary>
    public static long FromKibibytes(ulong kibibytes) => Scaled(kibibytes, 10);

    /// <inheritdoc cref="FromKibibytes"/>
    public static long FromMebibytes(ulong mebibytes) => Scaled(mebibytes, 20);

    private static ulong Whole(long bytes, int shift, string unit, string? name)
    {
        ulong whole = WireNumber.Of(bytes, name);
        return whole >> shift << shift == whole ? whole >> shift : throw new ArgumentOutOfRangeException(name, bytes, $"It must be whole {unit}.");
    }

    private static long Scaled(ulong value, int shift) => value > (ulong)long.MaxValue >> shift ? long.MaxValue : (long)value << shift;

    private static long Factor(string unit) => unit.ToUpperInvariant() switch
    {
        "B" or "BYTE" or "BYTES" => 1,
        "KB" => 1000,
        "K" or "KIB" => 1L << 10,
        "MB" => 1_000_000,
        "M" or "MIB" => 1L << 20,
        "GB" => 1_000_000_000,
        "G" or "GIB" => 1L << 30,
        "TB" => 1_000_000_000_000,
        "T" or "TIB" => 1L << 40,
        "PB" => 1_000_000_000_000_000,
        "P" or "PIB" => 1L << 50,
        "EB" => 1_000_000_000_000_000_000,
        "E" or "EIB" => 1L << 60,
        _ => throw new FormatException($"'{unit}' is no unit of size."),
    };
}
