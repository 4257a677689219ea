namespace LimiQuantix;

/// <summary>Who sees a resource besides its creator. Seeing is not changing: that the authorizer decides.</summary>
public sealed record ResourceSharing
{
    /// <summary>Its creator alone.</summary>
    public static ResourceSharing Private { get; } = new() { Scope = SharingScope.Private };

    /// <summary>Everybody in its project: the default.</summary>
    public static ResourceSharing Project { get; } = new();

    /// <summary>Everybody of the installation.</summary>
    public static ResourceSharing Public { get; } = new() { Scope = SharingScope.Public };

    /// <summary>How far it is shared.</summary>
    public SharingScope Scope { get; init; } = SharingScope.Project;

    /// <summary>The further projects, of <see cref="SharingScope.Projects"/> alone: 1 to 32 names.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    /// <summary>Its own project and these.</summary>
    /// <param name="projects">The names of the further projects.</param>
    public static ResourceSharing With(params IReadOnlyList<string> projects) => new() { Scope = SharingScope.Projects, Projects = projects };

    /// <summary>Whether both say the same; the order of the projects does not matter.</summary>
    /// <param name="other">The other one.</param>
    public bool Equals(ResourceSharing? other) =>
        other is not null && other.Scope == Scope && Projects.Order(StringComparer.Ordinal).SequenceEqual(other.Projects.Order(StringComparer.Ordinal));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scope, Projects.Count);
}

/// <summary>How far a resource is shared.</summary>
public enum SharingScope
{
    /// <summary>A value of a newer contract; treated as <see cref="Private"/>.</summary>
    Unknown = 0,

    /// <summary>Its creator alone.</summary>
    Private = 1,

    /// <summary>Everybody in its project.</summary>
    Project = 2,

    /// <summary>Everybody in its project and in the named ones.</summary>
    Projects = 3,

    /// <summary>Everybody of the installation.</summary>
    Public = 4,
}
