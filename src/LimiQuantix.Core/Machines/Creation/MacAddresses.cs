using System.Globalization;
using System.Security.Cryptography;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>Chooses MAC addresses in QEMU's range (52:54:00), where 24 bits are free.</summary>
internal static class MacAddresses
{
    public static string Choose()
    {
        Span<byte> bytes = stackalloc byte[3];
        RandomNumberGenerator.Fill(bytes);
        return string.Create(CultureInfo.InvariantCulture, $"52:54:00:{bytes[0]:x2}:{bytes[1]:x2}:{bytes[2]:x2}");
    }
}
