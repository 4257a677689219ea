namespace LibvirtSharp.Ssh;

/// <summary>What runs on the host: libvirt's own helper where it is, else netcat on the daemon's socket.</summary>
internal static class ProxyCommand
{
    /// <remarks>A shell of the user's that is no POSIX one, such as fish or csh, understands only the outer words.</remarks>
    public static string For(LibvirtUri uri, bool readOnly) => $"sh -c {Quote(Script(uri, readOnly))}";

    private static string Script(LibvirtUri uri, bool readOnly)
    {
        string socket = uri.Parameter("socket") ?? (readOnly ? "/var/run/libvirt/libvirt-sock-ro" : "/var/run/libvirt/libvirt-sock");
        string netcat = $"{Quote(uri.Parameter("netcat") ?? "nc")} -U {Quote(socket)}";
        // The helper wants a URI also where the daemon is to choose the driver.
        string native = $"virt-ssh-helper {(readOnly ? "-r " : "")}{Quote(uri.ServerUri is { Length: > 0 } server ? server : "remote:///")}";
        return uri.Parameter("proxy") switch
        {
            "netcat" => netcat,
            "native" => native,
            // A socket that is named is meant; the helper finds the daemon's own.
            null or "auto" => uri.Parameter("socket") is null ? $"if command -v virt-ssh-helper >/dev/null 2>&1; then {native}; else {netcat}; fi" : netcat,
            string other => throw new FormatException($"'{other}' is no proxy of a libvirt URI: auto, netcat or native."),
        };
    }

    /// <summary>One word for any POSIX shell, whatever is in it.</summary>
    private static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
