using System.Globalization;

namespace LibvirtSharp;

/// <summary>libvirt's scaled numbers: KB is 1000, KiB and K are 1024; none is KiB (https://libvirt.org/formatdomain.html#memory-allocation).</summary>
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

    private static long Factor(string unit) => unit switch
    {
        "b" or "bytes" => 1,
        "KB" => 1000,
        "k" or "K" or "KiB" => 1L << 10,
        "MB" => 1_000_000,
        "M" or "MiB" => 1L << 20,
        "GB" => 1_000_000_000,
        "G" or "GiB" => 1L << 30,
        "TB" => 1_000_000_000_000,
        "T" or "TiB" => 1L << 40,
        "PB" => 1_000_000_000_000_000,
        "P" or "PiB" => 1L << 50,
        "EB" => 1_000_000_000_000_000_000,
        "E" or "EiB" => 1L << 60,
        _ => throw new FormatException($"'{unit}' is no unit of size."),
    };
}
