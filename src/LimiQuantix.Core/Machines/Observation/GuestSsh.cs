using System.Text.RegularExpressions;

namespace LimiQuantix.Core.Machines.Observation;

/// <summary>
/// What a guest's cloud-init says of its SSH server on the serial port when it is started the first time: the user that got the keys (cc_ssh_authkey_fingerprints)
/// and the server's own keys (cc_keys_to_console). The guest's claims: bounded, and nothing but what has their form is taken.
/// </summary>
internal sealed partial record GuestSsh
{
    private const int MaxKeys = 8;

    /// <summary>The user; <see langword="null"/> while none is known.</summary>
    public string? User { get; init; }

    /// <summary>The server's keys, each its type and its bytes in base64, as in a known_hosts file.</summary>
    public IReadOnlyList<string> HostKeys { get; init; } = [];

    /// <summary>Reads the end of a serial log. Never throws, whatever it holds.</summary>
    public static GuestSsh Read(string log)
    {
        var begin = log.LastIndexOf("-----BEGIN SSH HOST KEY KEYS-----", StringComparison.Ordinal);
        var end = begin < 0 ? -1 : log.IndexOf("-----END SSH HOST KEY KEYS-----", begin, StringComparison.Ordinal);
        // Half a block may have half a key.
        var keys = end < 0 ? [] : HostKey().Matches(log[begin..end]).Select(key => $"{key.Groups[1].Value} {key.Groups[2].Value}").Distinct().Take(MaxKeys);
        // root gets the keys too, with a command that tells to use the other.
        return new GuestSsh { User = KeysOf().Matches(log).Select(user => user.Groups[1].Value).LastOrDefault(user => user != "root"), HostKeys = [.. keys] };
    }

    [GeneratedRegex("""^\s*(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]{32,1400}={0,2})""", RegexOptions.CultureInvariant | RegexOptions.Multiline, 1000)]
    private static partial Regex HostKey();

    [GeneratedRegex("""Authorized keys from [^\s]{1,256} for user ([a-z_][a-z0-9_.-]{0,31})\+""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex KeysOf();
}
