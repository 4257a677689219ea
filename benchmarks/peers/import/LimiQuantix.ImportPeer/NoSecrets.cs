namespace LimiQuantix.ImportPeer;

/// <summary>A host without secrets.</summary>
internal sealed class NoSecrets : ISecretResolver
{
    public ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken = default) =>
        throw new LimiQuantixException(ErrorCodes.NotFound, $"There is no secret '{reference.Name}'.");
}
