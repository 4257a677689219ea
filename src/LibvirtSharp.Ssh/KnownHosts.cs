using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Renci.SshNet.Common;

namespace LibvirtSharp.Ssh;

/// <summary>OpenSSH's file of known host keys (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), names plain or hashed.</summary>
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

    /// <returns>Null for a known key, else why it is not trusted.</returns>
    public string? Refusal(string host, int port, HostKeyEventArgs key)
    {
        string name = port == 22 ? host : string.Create(CultureInfo.InvariantCulture, $"[{host}]:{port}");
        bool otherKey = false;
        foreach (string line in _lines)
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            bool revoked = fields.Length > 0 && fields[0] == "@revoked";
            if (revoked)
                fields = fields[1..];
            if (fields.Length < 3 || fields[0][0] is '#' or '@' || !fields[0].Split(',').Any(pattern => Matches(pattern, name)))
                continue;
            bool same = SameKey(fields[2], key.HostKey);
            if (same)
                return revoked ? $"the host's key is revoked in {_path}" : null;
            otherKey = true;
        }
        string fingerprint = $"SHA256:{key.FingerPrintSHA256}";
        return otherKey
            ? $"the host's key {fingerprint} is not the one in {_path}: somebody may be in between, or the host was made anew"
            : $"the host's key {fingerprint} is not in {_path}: add it with ssh-keyscan after comparing it";
    }

    private static bool Matches(string pattern, string name)
    {
        if (!pattern.StartsWith("|1|", StringComparison.Ordinal))
            return string.Equals(pattern, name, StringComparison.OrdinalIgnoreCase);
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
