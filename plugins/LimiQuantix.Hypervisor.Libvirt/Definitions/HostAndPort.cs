using System.Globalization;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>A server's address as people write it: <c>host:port</c>, <c>[v6]:port</c>.</summary>
internal sealed record HostAndPort(string Host, int Port)
{
    /// <summary>Reads one; <see langword="null"/> when the text is none.</summary>
    public static HostAndPort? Parse(string? text)
    {
        int colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > 65535)
            return null;
        string host = text![..colon];
        if (host is ['[', .., ']'])
            host = host[1..^1];
        return Uri.CheckHostName(host) == UriHostNameType.Unknown ? null : new HostAndPort(host, port);
    }
}
