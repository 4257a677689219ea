using System.Globalization;
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Security;

namespace LibvirtSharp.Ssh;

/// <summary>OpenSSH's file of known host keys (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), names plain, with wildcards or hashed.</summary>
internal sealed class KnownHosts
{
    private readonly string _path;
    private readonly string[] _lines;

    private KnownHosts(string path, string[] lines)
    {
        _path = path;
        _lines = lines;
    }

    public static KnownHosts Read(string path) => new(path, File.Exists(path) ? File.ReadAllLines(path) : []);

    /// <summary>The file's line for a host's key.</summary>
    public static string Line(string host, int port, byte[] key) => $"{Name(host, port)} {SshWire.TypeOf(key)} {Convert.ToBase64String(key)}";

    /// <summary>Nothing is known of the host: no key, also of another type, nor this key as one that is revoked.</summary>
    public bool IsNew(string host, int port, byte[] key) =>
        !LinesOf(host, port, revoked: false).Any() && !LinesOf(host, port, revoked: true).Any(fields => SameKey(fields[2], key));

    /// <returns>Null for a known key, else why it is not trusted.</returns>
    public string? Refusal(string host, int port, byte[] key)
    {
        // A revocation holds wherever in the file it is.
        if (LinesOf(host, port, revoked: true).Any(fields => SameKey(fields[2], key)))
            return $"the host's key is revoked in {_path}";
        bool otherKey = false;
        foreach (string[] fields in LinesOf(host, port, revoked: false))
        {
            if (SameKey(fields[2], key))
                return null;
            otherKey = true;
        }
        return otherKey
            ? $"the host's key {Fingerprint.Of(key)} is not the one in {_path}: somebody may be in between, or the host was made anew"
            : $"the host's key {Fingerprint.Of(key)} is not in {_path}: add it with ssh-keyscan after comparing it";
    }

    /// <summary>Of a host's several keys, asks for one of a type that is known: another would look like another host's.</summary>
    public void PutKnownFirst(string host, int port, IOrderedDictionary<string, Func<byte[], KeyHostAlgorithm>> algorithms)
    {
        HashSet<string> known = [.. LinesOf(host, port, revoked: false).Select(fields => fields[1])];
        int next = 0;
        foreach (string algorithm in algorithms.Keys.Where(algorithm => known.Contains(KeyType(algorithm))).ToList())
            algorithms.SetPosition(algorithm, next++);
    }

    private IEnumerable<string[]> LinesOf(string host, int port, bool revoked)
    {
        string name = Name(host, port);
        foreach (string line in _lines)
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 0 && fields[0] == "@revoked" == revoked)
            {
                if (revoked)
                    fields = fields[1..];
                if (fields.Length >= 3 && fields[0][0] is not ('#' or '@') && Matches(fields[0], name))
                    yield return fields;
            }
        }
    }

    private static string Name(string host, int port) => port == 22 ? host : string.Create(CultureInfo.InvariantCulture, $"[{host}]:{port}");

    /// <summary>An RSA key signs in several ways, and is one type in the file.</summary>
    private static string KeyType(string algorithm) => algorithm is "rsa-sha2-256" or "rsa-sha2-512" ? "ssh-rsa" : algorithm;

    private static bool Matches(string patterns, string name)
    {
        bool matches = false;
        foreach (string pattern in patterns.Split(','))
        {
            bool negated = pattern.StartsWith('!');
            if (!MatchesOne(negated ? pattern[1..] : pattern, name))
                continue;
            if (negated)
                return false;
            matches = true;
        }
        return matches;
    }

    private static bool MatchesOne(string pattern, string name)
    {
        if (!pattern.StartsWith("|1|", StringComparison.Ordinal))
            return FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true);
        string[] parts = pattern.Split('|');
        if (parts.Length != 4 || !TryBase64(parts[2], out byte[] salt) || !TryBase64(parts[3], out byte[] hash))
            return false;
        return CryptographicOperations.FixedTimeEquals(HashName(salt, name), hash);
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "The file's format hashes names with HMAC-SHA1; the key itself is compared whole.")]
    private static byte[] HashName(byte[] salt, string name) => HMACSHA1.HashData(salt, Encoding.UTF8.GetBytes(name));

    private static bool SameKey(string text, byte[] key) => TryBase64(text, out byte[] known) && CryptographicOperations.FixedTimeEquals(known, key);

    private static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        bool valid = Convert.TryFromBase64String(text, bytes, out int count);
        bytes = bytes[..count];
        return valid;
    }
}
