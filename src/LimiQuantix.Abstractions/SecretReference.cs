namespace LimiQuantix;

/// <summary>A secret by name, resolved at the moment of use; its value is never stored, logged or put in a URL.</summary>
public sealed record SecretReference
{
    /// <summary>The name that the host's <see cref="ISecretResolver"/> understands, for example <c>env:S3_SECRET</c>.</summary>
    public required string Name { get; init; }
}
