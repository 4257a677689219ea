using System.Security.Cryptography;

namespace LibvirtSharp.Ssh;

/// <summary>A public key's short name, as OpenSSH's programs print it.</summary>
internal static class Fingerprint
{
    public static string Of(byte[] key) => $"SHA256:{Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=')}";
}
