namespace LimiQuantix;

/// <summary>
/// The mark that every domain, volume, port and file carries. Reconciliation deletes only what carries its own installation's id.
/// </summary>
public sealed record Ownership
{
    /// <summary>The id of the installation (one state store) that made the thing.</summary>
    public required Guid InstallationId { get; init; }

    /// <summary>The id of the resource that the thing belongs to. Names of outside things derive from it, never from user input.</summary>
    public required Guid ResourceId { get; init; }

    /// <summary>The project of the resource; <see langword="null"/> for what is the whole installation's. Told to people, never part of a name.</summary>
    public string? Project { get; init; }
}
