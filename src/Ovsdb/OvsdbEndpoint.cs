using System.Globalization;
using System.Net;

namespace Ovsdb;

/// <summary>Where a server is, as OVSDB's programs write it (ovsdb(7), "Connection Methods"): <c>unix:/path</c>, <c>tcp:host:port</c>, <c>ssl:host:port</c>.</summary>
public sealed record OvsdbEndpoint
{
    /// <summary>The port that OVSDB has (RFC 7047 section 7), used where none is given.</summary>
    public const int DefaultPort = 6640;

    private OvsdbEndpoint(string scheme, string host, int port)
    {
        Scheme = scheme;
        Host = host;
        Port = port;
    }

    /// <summary><c>unix</c>, <c>tcp</c> or <c>ssl</c>.</summary>
    public string Scheme { get; }

    /// <summary>The host's name or address; the socket's path for <c>unix</c>.</summary>
    public string Host { get; }

    /// <summary>The port; 0 for <c>unix</c>.</summary>
    public int Port { get; }

    /// <summary>Reads one endpoint. An IPv6 address stands in brackets.</summary>
    /// <exception cref="FormatException">It is none; the message says what would be.</exception>
    public static OvsdbEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string scheme = colon < 0 ? "" : text[..colon], rest = text[(colon + 1)..];
        if (scheme == "unix" && rest.Length > 0)
            return new OvsdbEndpoint(scheme, rest, 0);
        if (scheme is not ("tcp" or "ssl") || rest.Length == 0)
            throw Wrong(text);
        string host = rest, port = "";
        int close = rest.IndexOf(']', StringComparison.Ordinal);
        if (rest[0] == '[')
        {
            if (close < 0 || !IPAddress.TryParse(rest[1..close], out _) || (close + 1 < rest.Length && rest[close + 1] != ':'))
                throw Wrong(text);
            host = rest[1..close];
            port = close + 1 < rest.Length ? rest[(close + 2)..] : "";
        }
        else if (rest.IndexOf(':', StringComparison.Ordinal) is var last and >= 0)
        {
            host = rest[..last];
            port = rest[(last + 1)..];
        }

        int number = DefaultPort;
        if (host.Length == 0 || (port.Length > 0 && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > 65535)))
            throw Wrong(text);
        return new OvsdbEndpoint(scheme, host, number);
    }

    /// <summary>Reads endpoints between commas, as <c>OVN_NB_DB</c> has them.</summary>
    /// <exception cref="FormatException">One of them is none, or there is none at all.</exception>
    public static IReadOnlyList<OvsdbEndpoint> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        OvsdbEndpoint[] endpoints = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];
        return endpoints.Length > 0 ? endpoints : throw Wrong(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Scheme == "unix" ? $"unix:{Host}"
        : Host.Contains(':', StringComparison.Ordinal) ? $"{Scheme}:[{Host}]:{Port}" : $"{Scheme}:{Host}:{Port}";

    private static FormatException Wrong(string text) =>
        new($"'{text}' is no OVSDB endpoint; those are unix:/path, tcp:host:port, ssl:host:port, and several between commas. An IPv6 address stands in brackets.");
}
