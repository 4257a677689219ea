using Renci.SshNet;

namespace LibvirtSharp.Ssh;

/// <summary>The private keys to log in with.</summary>
internal static class LoginKeys
{
    private static readonly string[] Names = ["id_ed25519", "id_ecdsa", "id_rsa"];

    /// <summary>Keys that somebody named: each has to be readable.</summary>
    public static PrivateKeyFile[] Named(IEnumerable<string> paths, string? passphrase) =>
        [.. paths.Select(path => Read(path, passphrase, out LibvirtException? failure) ?? throw failure!)];

    /// <summary>
    /// Those of the user's own keys that can be read, and why the first of the others cannot: one that needs a passphrase does not keep
    /// the rest from being tried.
    /// </summary>
    public static PrivateKeyFile[] OfUser(string folder, string? passphrase, out LibvirtException? failure)
    {
        failure = null;
        var keys = new List<PrivateKeyFile>();
        foreach (string path in Names.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            if (Read(path, passphrase, out LibvirtException? error) is { } key)
                keys.Add(key);
            else
                failure ??= error;
        }
        return [.. keys];
    }

    private static PrivateKeyFile? Read(string path, string? passphrase, out LibvirtException? failure)
    {
        failure = null;
        try
        {
            return passphrase is null ? new PrivateKeyFile(path) : new PrivateKeyFile(path, passphrase);
        }
        catch (Exception error)
        {
            // Of any type: SSH.NET leaves what its parsers and its cryptography throw as it is.
            failure = new LibvirtException(LibvirtErrorCode.AuthUnavailable, LibvirtErrorDomain.Rpc, $"The SSH key {path} cannot be read: {error.Message}", error);
            return null;
        }
    }
}
