namespace LimiQuantix.Images.Http.Tests;

/// <summary>A host with one secret for all names.</summary>
internal sealed class OneSecret : ISecretResolver
{
    public const string Value = "Bearer s3cret";

    public ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken = default) => ValueTask.FromResult(Value);
}
