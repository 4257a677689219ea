namespace LibvirtSharp.Transports;

/// <summary>Which socket libvirt's own client would use for a URI (https://libvirt.org/uri.html#unix-transport).</summary>
internal static class UnixSocketPath
{
    /// <summary>Drivers that have a daemon of their own when libvirt's daemons are split.</summary>
    private static readonly Dictionary<string, string> Daemons = new()
    {
        ["qemu"] = "virtqemud",
        ["lxc"] = "virtlxcd",
        ["xen"] = "virtxend",
        ["vbox"] = "virtvboxd",
        ["bhyve"] = "virtbhyved",
        ["vz"] = "virtvzd",
        ["network"] = "virtnetworkd",
        ["storage"] = "virtstoraged",
        ["interface"] = "virtinterfaced",
        ["nodedev"] = "virtnodedevd",
        ["nwfilter"] = "virtnwfilterd",
        ["secret"] = "virtsecretd",
    };

    public static string For(LibvirtUri uri)
    {
        if (uri.Parameter("socket") is { Length: > 0 } path)
            return path;
        string folder = uri.IsSession ? SessionFolder() : "/var/run/libvirt";
        string whole = Path.Combine(folder, "libvirt-sock");
        if (!Daemons.TryGetValue(uri.Driver, out string? daemon))
            return whole;
        string split = Path.Combine(folder, daemon + "-sock");
        return uri.Parameter("mode") switch
        {
            "legacy" => whole,
            "direct" => split,
            null or "auto" => !File.Exists(whole) && File.Exists(split) ? split : whole,
            string other => throw new FormatException($"'{other}' is no mode of a libvirt URI: auto, direct or legacy."),
        };
    }

    /// <summary>Where a user's own daemon has its sockets.</summary>
    public static string SessionFolder() =>
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime
            ? Path.Combine(runtime, "libvirt")
            : Path.Combine(
                Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                    ? cache
                    : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
                "libvirt");
}
