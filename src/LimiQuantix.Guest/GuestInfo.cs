namespace LimiQuantix.Guest;

/// <summary>What the guest says of itself.</summary>
public sealed record GuestInfo
{
    /// <summary>The operating system's id, such as <c>debian</c>.</summary>
    public required string OsId { get; init; }

    /// <summary>Its version, such as <c>12</c>.</summary>
    public required string OsVersion { get; init; }

    /// <summary>Its name for a person.</summary>
    public required string OsName { get; init; }

    /// <summary>The kernel's release.</summary>
    public required string Kernel { get; init; }

    /// <summary>The processor, such as <c>x86_64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The host name.</summary>
    public required string HostName { get; init; }

    /// <summary>The guest's boot.</summary>
    public required string BootId { get; init; }

    /// <summary>The guest's machine id, or empty.</summary>
    public required string MachineId { get; init; }

    /// <summary>How long it is up.</summary>
    public required TimeSpan Uptime { get; init; }

    /// <summary>What its clock says.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Its time zone's name, or empty.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Its processors.</summary>
    public required int Processors { get; init; }

    /// <summary>Its memory.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>What the agent itself takes of it.</summary>
    public required long AgentMemoryBytes { get; init; }
}
