namespace LimiQuantix.Operations;

/// <summary>What every verb that begins an operation can be told. Each has a record of its own, with what it takes beside.</summary>
public abstract record OperationOptions
{
    private protected OperationOptions()
    {
    }

    /// <summary>
    /// The caller's key, at most 128 characters. The same key with the same request gives the operation that already exists, with
    /// another request <see cref="ErrorCodes.IdempotencyKeyReused"/>.
    /// </summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>What every verb that begins an operation on a resource that is there can be told.</summary>
public abstract record ResourceOperationOptions : OperationOptions
{
    private protected ResourceOperationOptions()
    {
    }

    /// <summary>The <see cref="IResource.Generation"/> that the resource must still have, otherwise <see cref="ErrorCodes.VersionMismatch"/>.</summary>
    public long? ExpectedGeneration { get; init; }
}
