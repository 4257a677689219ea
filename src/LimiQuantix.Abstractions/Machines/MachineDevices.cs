using System.Text.Json.Serialization;

namespace LimiQuantix.Machines;

/// <summary>A display of a machine.</summary>
public sealed record MachineGraphics
{
    /// <summary>How it is shown.</summary>
    public GraphicsKind Kind { get; init; } = GraphicsKind.Vnc;
}

/// <summary>How a display is shown.</summary>
public enum GraphicsKind
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>Over RFB, the protocol of VNC.</summary>
    Vnc = 1,
}

/// <summary>A serial port of a machine.</summary>
public sealed record MachineSerial
{
    /// <summary>Whether what the guest prints on it is kept. Only of the first port.</summary>
    public bool Log { get; init; }
}

/// <summary>A door between guest and host: <see cref="VirtioChannel"/>. New kinds come in minor versions.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(VirtioChannel), "virtio")]
public abstract record MachineChannel
{
    private protected MachineChannel()
    {
    }
}

/// <summary>A virtio serial port with a name, by which the guest finds it under <c>/dev/virtio-ports</c>.</summary>
public sealed record VirtioChannel : MachineChannel
{
    /// <summary>The QEMU guest agent's port.</summary>
    public const string QemuGuestAgent = "org.qemu.guest_agent.0";

    /// <summary>The port of LimiQuantix's own guest agent.</summary>
    public const string GuestAgent = "org.limiquantix.guest.0";

    /// <summary>The port's name: letters, digits, dots, underscores and hyphens, 1 to 63; unique in the machine.</summary>
    public required string Name { get; init; }
}

/// <summary>A further device: <see cref="WatchdogDevice"/>. New kinds come in minor versions.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(WatchdogDevice), "watchdog")]
public abstract record MachineDevice
{
    private protected MachineDevice()
    {
    }
}

/// <summary>A watchdog that acts when the guest does not report in time. At most one.</summary>
[Feature(ProviderFeatures.DeviceWatchdog)]
public sealed record WatchdogDevice : MachineDevice
{
    /// <summary>What it does then.</summary>
    public WatchdogAction Action { get; init; } = WatchdogAction.Reset;
}

/// <summary>What a watchdog does.</summary>
public enum WatchdogAction
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>Resets the machine.</summary>
    Reset = 1,

    /// <summary>Cuts its power.</summary>
    PowerOff = 2,

    /// <summary>Pauses it.</summary>
    Pause = 3,

    /// <summary>Nothing but tell.</summary>
    None = 4,
}
