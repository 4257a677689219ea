namespace LimiQuantix.Testing;

/// <summary>How a <see cref="PrivateLibvirtd"/> is started.</summary>
public sealed record PrivateLibvirtdOptions
{
    /// <summary>Lets the daemon and its guests see the machine's /dev/kvm. Default: no, so that guests run under TCG.</summary>
    public bool Kvm { get; init; }

    /// <summary>The unprivileged user to run a session daemon (<c>qemu:///session</c>) as; null runs a system daemon as root.</summary>
    public string? User { get; init; }

    /// <summary>The user that guests run as, such as <c>libvirt-qemu</c>; default <c>root</c>.</summary>
    public string? GuestUser { get; init; }

    /// <summary>The mode of the daemon's socket, such as <c>0700</c>; default <c>0777</c>.</summary>
    public string? SocketMode { get; init; }
}
