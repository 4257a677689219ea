using System.Globalization;
using System.Text;

namespace LimiQuantix.Machines;

/// <summary>What cloud-init sets up in the guest, through a NoCloud seed.</summary>
public sealed record CloudInitSpec
{
    /// <summary>SSH public keys for the default user, each one line of an <c>authorized_keys</c> file: at most 1,000 of 16,384 characters.</summary>
    public IReadOnlyList<string> SshKeys { get; init; } = [];

    /// <summary>Packages to install at first boot, at most 1,000.</summary>
    public IReadOnlyList<string> Packages { get; init; } = [];

    /// <summary>Commands that the guest runs as root at the end of first boot, each a shell line: at most 1,000 of 16,384 characters.</summary>
    public IReadOnlyList<string> RunCommands { get; init; } = [];

    /// <summary>The user that the keys and password are for; by default the image's own.</summary>
    public string? User { get; init; }

    /// <summary>A password for the user (console and SSH); a reference, resolved when the seed is written.</summary>
    public SecretReference? Password { get; init; }

    /// <summary>The guest's hostname; by default the machine's name.</summary>
    public string? Hostname { get; init; }

    /// <summary>
    /// Own user-data of any kind cloud-init knows (<c>#cloud-config</c>, a script, MIME); passed unchanged, beside what the other
    /// members generate. At most 512 KiB.
    /// </summary>
    public string? UserData { get; init; }

    /// <summary>Own network-config (version 1 or 2); by default DHCP on the first interface, by MAC address. At most 64 KiB.</summary>
    public string? NetworkConfig { get; init; }

    // A record's text is logged: what a host writes for its guests, secrets among it, is told by its length alone.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"SshKeys = {SshKeys?.Count}, Packages = {Packages?.Count}, RunCommands = {RunCommands?.Count}, User = {User}, ");
        text.Append(CultureInfo.InvariantCulture, $"Password = {Password?.Name}, Hostname = {Hostname}, UserData = {UserData?.Length}, NetworkConfig = {NetworkConfig?.Length}");
        return true;
    }
}
