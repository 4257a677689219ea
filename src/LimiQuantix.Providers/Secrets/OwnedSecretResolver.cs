namespace LimiQuantix.Providers.Secrets;

/// <summary>What stands before every resolver: a reference without an owner that this version knows does not reach it.</summary>
internal sealed class OwnedSecretResolver(ISecretResolver inner) : ISecretResolver
{
    public ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Owner is { Kind: SecretOwnerKind.Host } or { Kind: SecretOwnerKind.Instance or SecretOwnerKind.Project, Name.Length: > 0 })
            return inner.ResolveAsync(reference, cancellationToken);
        return ValueTask.FromException<string>(new LimiQuantixException(
            ErrorCodes.NotFound, $"The secret '{Names.Show(reference.Name)}' has no owner: nobody knows among whose secrets it is.",
            "The engine says whose a reference is when it is given in an instance's options or in a call; pass that reference on unchanged.", reference.Name));
    }
}
