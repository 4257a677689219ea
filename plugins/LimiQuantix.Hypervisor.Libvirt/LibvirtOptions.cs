namespace LimiQuantix.Hypervisor.Libvirt;

/// <summary>The options of a hypervisor of kind <c>libvirt</c>.</summary>
public sealed class LibvirtOptions
{
    /// <summary>
    /// The libvirt daemon of this node, as libvirt writes it. Default: the environment variable <c>LIMIQUANTIX_LIBVIRT_URI</c>; else
    /// <c>qemu:///system</c> when this process may use its socket and its guests can reach the data folder, else
    /// <c>qemu:///session</c>. That choice is kept in the data folder, so that a daemon that is down for a while does not move the machines.
    /// </summary>
    public string? Uri { get; set; }

    /// <summary>What executes new machines. Default: <see cref="AcceleratorChoice.Auto"/>, decided by running a guest.</summary>
    public AcceleratorChoice Accelerator { get; set; }

    /// <summary>Where VNC servers of new machines listen. Default: <see cref="VncListen.Auto"/>.</summary>
    public VncListen VncListen { get; set; }

    /// <summary>The QEMU program that the accelerator is tried with. Default: <c>qemu-system-x86_64</c> on the path, or <c>/usr/libexec/qemu-kvm</c>.</summary>
    public string? QemuPath { get; set; }

    /// <summary>How long a try of the accelerator may take before it counts as hanging. 1 s to 5 min. Default: 10 s.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a short call to libvirt may take. 1 s to 10 min. Default: 60 s.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long defining, starting or deleting a machine may take. 10 s to 1 h. Default: 5 min, because libvirt looks QEMU over anew (up
    /// to 90 s) where <c>/dev/kvm</c> is there and does not work.
    /// </summary>
    public TimeSpan SlowCallTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the guest agent may take to answer one question. 1 s to 5 min. Default: 5 s.</summary>
    public TimeSpan AgentTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>PCI Express ports kept free in each machine, for devices that are plugged in while it runs. 0 to 16. Default: 6.</summary>
    public int SparePciePorts { get; set; } = 6;

    /// <summary>A machine's serial log that is longer than this is emptied before the machine starts. 64 KiB to 1 GiB. Default: 8 MiB.</summary>
    public long MaxSerialLogBytes { get; set; } = 8L << 20;

    internal IEnumerable<string> Validate()
    {
        if (Uri is not null && (!System.Uri.TryCreate(Uri, UriKind.Absolute, out Uri? uri) || !uri.Scheme.StartsWith("qemu", StringComparison.Ordinal)))
            yield return $"Uri must be a libvirt URI of QEMU, such as qemu:///system, and not '{Uri}'.";
        if (!Enum.IsDefined(Accelerator)) yield return "Accelerator must be Auto, Kvm or Tcg.";
        if (!Enum.IsDefined(VncListen)) yield return "VncListen must be Auto, UnixSocket, Loopback or Nowhere.";
        if (QemuPath is not null && !Path.IsPathFullyQualified(QemuPath)) yield return "QemuPath must be an absolute path.";
        if (!IsWithin(ProbeTimeout, 1, 300)) yield return "ProbeTimeout must be from 1 second to 5 minutes.";
        if (!IsWithin(CallTimeout, 1, 600)) yield return "CallTimeout must be from 1 second to 10 minutes.";
        if (!IsWithin(SlowCallTimeout, 10, 3600)) yield return "SlowCallTimeout must be from 10 seconds to 1 hour.";
        if (!IsWithin(AgentTimeout, 1, 300)) yield return "AgentTimeout must be from 1 second to 5 minutes.";
        if (SparePciePorts is < 0 or > 16) yield return "SparePciePorts must be from 0 to 16.";
        if (MaxSerialLogBytes is < 64 << 10 or > 1L << 30) yield return "MaxSerialLogBytes must be from 64 KiB to 1 GiB.";
    }

    private static bool IsWithin(TimeSpan value, int least, int most) => value >= TimeSpan.FromSeconds(least) && value <= TimeSpan.FromSeconds(most);
}
