namespace LimiQuantix.Operations;

/// <summary>What a caller may add to a mutation.</summary>
public sealed record OperationOptions
{
    /// <summary>
    /// The caller's key, at most 128 characters. The same key with the same request gives the operation that already exists, with
    /// another request <see cref="ErrorCodes.IdempotencyKeyReused"/>.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The <see cref="IResource.Generation"/> that the resource must still have, otherwise <see cref="ErrorCodes.VersionMismatch"/>.</summary>
    public long? ExpectedGeneration { get; init; }
}
