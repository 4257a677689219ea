namespace LimiQuantix.Core.Operations;

/// <summary>What a caller's idempotency key stands for.</summary>
internal sealed record IdempotencyEntry
{
    /// <summary>The operation that the key made.</summary>
    public required Guid OperationId { get; init; }

    /// <summary>The SHA-256 of kind, resource and request, in hexadecimal.</summary>
    public required string RequestHash { get; init; }
}
