namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>What the node decides about a domain, beside the machine's definition.</summary>
internal sealed record DomainSettings
{
    public required bool IsKvm { get; init; }

    /// <summary>The machine type: a pinned one, or <c>q35</c> for the newest, which libvirt resolves when it defines.</summary>
    public string MachineType { get; init; } = "q35";

    /// <summary>What it keeps of the call that makes it.</summary>
    public required ProviderMark Mark { get; init; }

    public required string Digest { get; init; }

    public string? SeedPath { get; init; }

    public required string SerialLogPath { get; init; }

    /// <summary>The unix socket that VNC listens on, when it does.</summary>
    public string? VncSocketPath { get; init; }

    /// <summary>The password for the port of loopback that VNC listens on, when it does. Without either it listens nowhere.</summary>
    public string? VncPassword { get; init; }

    public required int SparePciePorts { get; init; }
}
