namespace LimiQuantix.Storage.Directory.Tests;

/// <summary>A pool in a folder needs no secret.</summary>
internal sealed class NoSecrets : ISecretResolver
{
    public ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException("no secret is asked for");
}
