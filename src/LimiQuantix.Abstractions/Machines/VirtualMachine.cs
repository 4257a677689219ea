namespace LimiQuantix.Machines;

/// <summary>A virtual machine: what is wanted and what is observed.</summary>
public sealed record VirtualMachine : IResource
{
    /// <inheritdoc/>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public required string Project { get; init; }

    /// <inheritdoc/>
    public string? Creator { get; init; }

    /// <inheritdoc/>
    public ResourceSharing Sharing { get; init; } = ResourceSharing.Project;

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public long Version { get; init; }

    /// <inheritdoc/>
    public long Generation { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What is wanted.</summary>
    public required MachineSpec Spec { get; init; }

    /// <summary>What is observed.</summary>
    public required MachineStatus Status { get; init; }

    /// <summary>
    /// The line that opens a shell in the guest, <c>ssh -p PORT USER@ADDRESS</c>; <see langword="null"/> when the guest's port 22 is
    /// neither forwarded nor at a known address, and of a machine whose creation failed. The user is the one of the spec, the one that the image is known to have, or the
    /// one that the guest's cloud-init named on the serial port; while none is known, it is the word <c>USER</c>.
    /// </summary>
    public string? SshCommand { get; init; }

    /// <summary>
    /// The lines of a <c>known_hosts</c> file for the address of <see cref="SshCommand"/>, once the guest has said its keys on the serial port. The guest's claim: it
    /// proves as much as the serial port does, that the machine is this one.
    /// </summary>
    public IReadOnlyList<string> SshKnownHosts { get; init; } = [];
}
