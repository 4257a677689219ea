using LimiQuantix.Machines;

namespace LimiQuantix.Core.CloudInit;

/// <summary>What a machine's seed is made of. Equal definitions give equal bytes.</summary>
internal sealed record SeedDefinition
{
    /// <summary>
    /// cloud-init's mark of a first boot: new on create, clone and rebuild only. A new SSH key must not change it, or the guest would
    /// run its first boot again.
    /// </summary>
    public required string InstanceId { get; init; }

    /// <summary>The hostname where <see cref="CloudInitSpec.Hostname"/> is not given: the machine's name.</summary>
    public required string MachineName { get; init; }

    public required CloudInitSpec CloudInit { get; init; }

    /// <summary>The resolved <see cref="CloudInitSpec.Password"/>; only its hash enters the seed.</summary>
    public string? Password { get; init; }

    /// <summary>The MAC addresses of the machine's interfaces, in order; the first is the one a boot waits for.</summary>
    public IReadOnlyList<string> MacAddresses { get; init; } = [];
}
