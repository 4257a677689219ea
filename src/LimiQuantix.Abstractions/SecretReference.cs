using System.Text.Json.Serialization;

namespace LimiQuantix;

/// <summary>A secret by name, resolved at the moment of use; its value is never stored, logged or put in a URL.</summary>
public sealed record SecretReference
{
    /// <summary>The name that the host's <see cref="ISecretResolver"/> understands, for example <c>env:S3_SECRET</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Whose secret it is. The engine sets it, from who gave the reference, and it travels with the reference to providers and daemons; what
    /// somebody wrote here is replaced. A reference without an owner does not resolve.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SecretOwner? Owner { get; init; }
}

/// <summary>Who gave a reference to a secret, and whose secrets it can therefore mean.</summary>
public sealed record SecretOwner
{
    /// <summary>The host application: it gave the reference itself, in process, as <see cref="Caller.Host"/>.</summary>
    public static SecretOwner Host { get; } = new() { Kind = SecretOwnerKind.Host };

    /// <summary>Which kind of owner.</summary>
    public required SecretOwnerKind Kind { get; init; }

    /// <summary>The provider instance's name, or the project's; <see langword="null"/> for the host.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>A provider instance, whose options the host wrote.</summary>
    /// <param name="name">The instance's name.</param>
    public static SecretOwner OfInstance(string name) => new() { Kind = SecretOwnerKind.Instance, Name = name };

    /// <summary>A project: somebody gave the reference on whose behalf the host called.</summary>
    /// <param name="project">The project.</param>
    public static SecretOwner OfProject(string project) => new() { Kind = SecretOwnerKind.Project, Name = project };
}

/// <summary>The kinds of a secret's owner.</summary>
public enum SecretOwnerKind
{
    /// <summary>Not known to this version: does not resolve.</summary>
    Unknown = 0,

    /// <summary>The host application.</summary>
    Host = 1,

    /// <summary>A provider instance.</summary>
    Instance = 2,

    /// <summary>A project.</summary>
    Project = 3,
}
