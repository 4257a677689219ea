using LimiQuantix.Nodes;

namespace LimiQuantix;

/// <summary>
/// Which resource: an id, a name in the caller's project, or <c>project/name</c>. Made from a <see cref="Guid"/> or a text by itself. A text
/// in the form of an id is an id.
/// </summary>
public readonly record struct ResourceReference
{
    /// <summary>The id, when the resource is named by it.</summary>
    public Guid? Id { get; private init; }

    /// <summary>The project of <see cref="Name"/>; <see langword="null"/> for the caller's, and for what is the whole installation's.</summary>
    public string? Project { get; private init; }

    /// <summary>The name, when the resource is named by it.</summary>
    public string? Name { get; private init; }

    /// <summary>Refers by id.</summary>
    /// <param name="id">The resource's id.</param>
    public static implicit operator ResourceReference(Guid id) => new() { Id = id };

    /// <summary>Refers by a text.</summary>
    /// <param name="text">An id, a name or <c>project/name</c>.</param>
    public static implicit operator ResourceReference(string text) => Parse(text);

    /// <summary>Refers to a node.</summary>
    /// <param name="node">The node's id, which is its name.</param>
    public static implicit operator ResourceReference(NodeId node) => new() { Name = node.Value };

    /// <summary>Refers by name, whatever the name looks like.</summary>
    /// <param name="name">The name.</param>
    /// <param name="project">Its project; <see langword="null"/> for the caller's.</param>
    public static ResourceReference Named(string name, string? project = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new() { Name = name, Project = project };
    }

    /// <summary>Reads a reference.</summary>
    /// <param name="text">An id, a name or <c>project/name</c>; what stands before the first slash is the project.</param>
    public static ResourceReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Guid.TryParseExact(text, "D", out var id)) return id;
        return text.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 ? Named(text[(slash + 1)..], text[..slash]) : Named(text);
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Id is { } id ? id.ToString("D") : Project is null ? Name ?? "" : $"{Project}/{Name}";
}
