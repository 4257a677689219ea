namespace LibvirtSharp.Transports;

/// <summary>The unix socket libvirt's own client would use for a URI, and whose it is (https://libvirt.org/uri.html#unix-transport).</summary>
/// <param name="Path">The socket.</param>
/// <param name="Program">The daemon to start when nobody listens there; null when there is none, or none is to be started.</param>
internal sealed record DaemonSocket(string Path, string? Program)
{
    /// <summary>
    /// A socket the URI names; else the driver's own daemon's if it is there, else libvirtd's. When neither is, whose program is installed
    /// decides: libvirt's client has that decided by its build.
    /// </summary>
    /// <exception cref="FormatException">The URI's mode is none.</exception>
    public static DaemonSocket Choose(LibvirtUri uri, bool readOnly, DaemonLocations locations)
    {
        string mode = uri.Parameter("mode") ?? "auto";
        if (mode is not ("auto" or "direct" or "legacy"))
            throw new FormatException($"'{mode}' is no mode of a libvirt URI: auto, direct or legacy.");
        if (uri.Parameter("socket") is { Length: > 0 } named)
            return new DaemonSocket(named, null);

        // The test driver, asked for through a daemon, is a user's own too.
        bool ofUser = !locations.IsRoot && (uri.IsSession || uri.Driver == "test");
        string folder = ofUser ? locations.SessionFolder : locations.SystemFolder;
        string suffix = readOnly && !ofUser ? "-sock-ro" : "-sock";
        string daemon = $"virt{uri.Driver}d";
        string direct = System.IO.Path.Combine(folder, daemon + suffix);
        string legacy = System.IO.Path.Combine(folder, "libvirt" + suffix);
        bool isDirect = mode == "direct"
            || (mode == "auto" && (File.Exists(direct) || (!File.Exists(legacy) && locations.FindProgram(daemon) is not null)));
        string? program = ofUser && locations.StartsDaemons ? locations.FindProgram(isDirect ? daemon : "libvirtd") : null;
        return new DaemonSocket(isDirect ? direct : legacy, program);
    }
}
