namespace LimiQuantix.Hypervisor.Libvirt;

/// <summary>Where a machine's VNC server listens. Never on a network.</summary>
public enum VncListen
{
    /// <summary>
    /// A unix socket when this process may connect to one that QEMU makes (it is root, or QEMU runs as the same user); otherwise
    /// nowhere, or loopback when libvirt is not on this machine's unix socket.
    /// </summary>
    Auto = 0,

    /// <summary>A unix socket in the instance's runtime folder.</summary>
    UnixSocket = 1,

    /// <summary>A port of 127.0.0.1 that libvirt chooses, with a random password that only this process's user can read.</summary>
    Loopback = 2,

    /// <summary>Nowhere: libvirt hands over connections that it opened itself. Needs libvirt's unix socket, on Linux.</summary>
    Nowhere = 3,
}
