namespace LimiQuantix.Diagnostics;

/// <summary>Something a provider needs on this machine, found or missing.</summary>
public sealed record Prerequisite
{
    /// <summary>What it is, for example <c>qemu-img</c> or <c>libvirt daemon</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Found, missing, or found but not usable.</summary>
    public required PrerequisiteStatus Status { get; init; }

    /// <summary>What was found, or why it is not usable.</summary>
    public string? Detail { get; init; }

    /// <summary>The line that installs or mends it, for example <c>sudo apt-get install qemu-utils</c>.</summary>
    public string? Remedy { get; init; }

    /// <summary>Whether the main job works without it.</summary>
    public bool IsOptional { get; init; }
}
