using System.Globalization;
using System.Text;

namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>The two forms in which ISO 9660 writes a moment; always UTC here, so that equal input gives equal bytes.</summary>
internal static class IsoTimestamp
{
    /// <exception cref="ArgumentOutOfRangeException">A directory record counts years since 1900 in one byte.</exception>
    public static void Check(DateTimeOffset timestamp)
    {
        if (timestamp.UtcDateTime.Year is < 1900 or > 2155)
            throw new ArgumentOutOfRangeException(nameof(timestamp), timestamp, "An ISO 9660 volume can be dated 1900 to 2155 only.");
    }

    /// <summary>ECMA-119 §9.1.5: seven bytes, to the second.</summary>
    public static void WriteRecord(Span<byte> destination, DateTimeOffset timestamp)
    {
        DateTime utc = timestamp.UtcDateTime;
        destination[0] = (byte)(utc.Year - 1900);
        destination[1] = (byte)utc.Month;
        destination[2] = (byte)utc.Day;
        destination[3] = (byte)utc.Hour;
        destination[4] = (byte)utc.Minute;
        destination[5] = (byte)utc.Second;
        destination[6] = 0;
    }

    /// <summary>ECMA-119 §8.4.26.1: sixteen digits and an offset byte; no moment is written as sixteen zeros.</summary>
    public static void WriteDescriptor(Span<byte> destination, DateTimeOffset? timestamp)
    {
        string digits = timestamp?.UtcDateTime.ToString("yyyyMMddHHmmssff", CultureInfo.InvariantCulture) ?? new string('0', 16);
        Encoding.ASCII.GetBytes(digits, destination);
        destination[16] = 0;
    }
}
