namespace LibvirtSharp.Transports;

/// <summary>What of a machine decides which daemon a local URI means.</summary>
internal sealed record DaemonLocations
{
    private static readonly string[] MoreFolders = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

    /// <summary>To root a session is the system's daemon.</summary>
    public required bool IsRoot { get; init; }

    public required string SystemFolder { get; init; }

    public required string SessionFolder { get; init; }

    /// <summary>Where the daemons' programs are, in order.</summary>
    public required IReadOnlyList<string> ProgramFolders { get; init; }

    /// <summary>Whether a user's daemon is started when it does not run.</summary>
    public required bool StartsDaemons { get; init; }

    /// <summary>This process', with libvirt's own environment variables.</summary>
    public static DaemonLocations OfThisProcess() => new()
    {
        IsRoot = !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess,
        SystemFolder = "/var/run/libvirt",
        SessionFolder = Path.Combine(Variable("XDG_RUNTIME_DIR") ?? UserCache(), "libvirt"),
        ProgramFolders = (Variable("VIRTD_PATH") ?? Variable("LIBVIRTD_PATH")) is { } folder
            ? [folder]
            : [.. (Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), .. MoreFolders],
        StartsDaemons = !OperatingSystem.IsWindows() && Variable("LIBVIRT_AUTOSTART") != "0",
    };

    /// <summary>The path of a daemon's program; null when it is not installed.</summary>
    public string? FindProgram(string daemon) => ProgramFolders.Select(folder => Path.Combine(folder, daemon)).FirstOrDefault(File.Exists);

    private static string UserCache() =>
        Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
