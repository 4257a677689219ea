namespace LimiQuantix;

/// <summary>
/// On whose behalf a provider is made to change something. The engine makes it from its own lease and the operation; a provider compares it
/// with the highest that it heard. The order is: era and engine token first, for everything that the instance has; then the owner epoch of the
/// thing; then the thing's generation. Whoever heard a higher one answers <see cref="ErrorCodes.Fenced"/> and changes nothing; a
/// <see cref="ProviderFence"/> does it.
/// </summary>
public sealed record ProviderCall
{
    /// <summary>The era of the state in which the engine's lease was taken.</summary>
    public required long Era { get; init; }

    /// <summary>The fencing token of the engine's lease: grows with every change of the engine within an era.</summary>
    public required long EngineToken { get; init; }

    /// <summary>The operation, for logs and traces; <see langword="null"/> for what the engine does by itself.</summary>
    public Guid? OperationId { get; init; }

    /// <summary>How often the thing changed its owner (the node that may run it): from 1. What is no thing of an owner has 0.</summary>
    public long OwnerEpoch { get; init; }

    /// <summary>The generation of the thing's specification that the call is about: from 1. Where there is none it is 0.</summary>
    public long Generation { get; init; }
}

/// <summary>What every request that changes something outside the state has.</summary>
public abstract record MutatingRequest
{
    private protected MutatingRequest()
    {
    }

    /// <summary>On whose behalf.</summary>
    public required ProviderCall Call { get; init; }
}
