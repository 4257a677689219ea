using System.Globalization;

namespace Netlink.Sockets;

/// <summary>What the calling thread may do: CapEff of proc_pid_status(5).</summary>
internal static class Capabilities
{
    private const int NetAdmin = 12; // CAP_NET_ADMIN

    /// <summary>Whether it has CAP_NET_ADMIN in its own user namespace; null when that cannot be read.</summary>
    public static bool? HasNetAdmin()
    {
        try
        {
            string? line = File.ReadLines("/proc/thread-self/status").FirstOrDefault(static each => each.StartsWith("CapEff:", StringComparison.Ordinal));
            return line is not null && ulong.TryParse(line.AsSpan(7).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong effective)
                ? ((effective >> NetAdmin) & 1) != 0
                : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
