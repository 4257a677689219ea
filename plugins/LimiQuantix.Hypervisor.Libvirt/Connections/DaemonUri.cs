using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Files;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt.Connections;

/// <summary>
/// Which daemon an instance uses. A choice that was made for the host (neither option nor environment) is kept in the data folder once a
/// machine was defined: otherwise a system daemon that is down for a moment would make its machines look gone.
/// </summary>
internal sealed class DaemonUri
{
    public const string Variable = "LIMIQUANTIX_LIBVIRT_URI";
    public const string System = "qemu:///system";
    public const string Session = "qemu:///session";

    private static readonly string[] SystemSockets = ["/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"];
    private readonly string? _keptPath;

    private DaemonUri(string value, string? keptPath)
    {
        Value = value;
        _keptPath = keptPath;
    }

    /// <summary>The URI.</summary>
    public string Value { get; }

    /// <summary>Whether it is reached through a unix socket, which passes descriptors.</summary>
    public bool IsOnUnixSocket => OperatingSystem.IsLinux() && Parsed is { Transport: null or "unix", Host: "" };

    /// <summary>Whether it is a user's own daemon, whose guests run as that user.</summary>
    public bool IsSession => Parsed is { IsSession: true };

    /// <summary>The parts, or <see langword="null"/> when the text is no libvirt URI; the first call then says so.</summary>
    private LibvirtUri? Parsed
    {
        get
        {
            try
            {
                return LibvirtUri.Parse(Value);
            }
            catch (FormatException)
            {
                return null;
            }
        }
    }

    public static DaemonUri Resolve(ProviderContext context, LibvirtOptions options, Func<string, string?> environment)
    {
        if (options.Uri is { Length: > 0 } chosen)
            return new DaemonUri(chosen, null);
        if (environment(Variable) is { Length: > 0 } given)
            return new DaemonUri(given, null);
        string kept = Path.Combine(context.DataDirectory, "daemon-uri");
        if (File.Exists(kept) && File.ReadAllText(kept).Trim() is (System or Session) and { } before)
            return new DaemonUri(before, null);
        return new DaemonUri(IsSystemUsable(context) ? System : Session, kept);
    }

    /// <summary>Keeps the choice. A second call does nothing.</summary>
    public void Keep()
    {
        if (_keptPath is not null && !File.Exists(_keptPath))
            File.WriteAllText(_keptPath, Value);
    }

    /// <summary>
    /// The socket is there and this user may use it, or root would only have to start the daemon; and somebody else's user could
    /// reach our files: a home folder that is closed to others makes a session daemon the one that works.
    /// </summary>
    private static bool IsSystemUsable(ProviderContext context) =>
        Posix.EffectiveUser == 0
        || (SystemSockets.Any(Posix.MayReadAndWrite)
            && GuestReach.Problem(Path.Combine(context.DataDirectory, "machines"), new GuestUser(uint.MaxValue, new HashSet<uint>())) is null);
}
