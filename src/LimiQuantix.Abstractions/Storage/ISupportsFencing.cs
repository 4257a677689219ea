using System.Diagnostics.CodeAnalysis;
using LimiQuantix.Nodes;

namespace LimiQuantix.Storage;

/// <summary>
/// Capability of an <see cref="IStorageBackend"/>: it shuts out a node or an engine that may be dead and may be not, so that nothing of theirs is written any
/// more. A pool without it needs a proof that the node is off before its volumes are used elsewhere. Declared; no backend has it yet.
/// </summary>
[Experimental("LQX002")]
public interface ISupportsFencing
{
    /// <summary>
    /// The addresses under which this process writes. The engine keeps them with its lease, and its successor shuts them out before its own first change.
    /// </summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<GetClientAddressesResult> GetClientAddressesAsync(GetClientAddressesRequest request, CancellationToken cancellationToken = default);

    /// <summary>Shuts out clients for good: what they have under way fails. Succeeds when they are shut out already.</summary>
    /// <param name="request">Which clients.</param>
    /// <param name="cancellationToken">Ends the call; it may have taken effect.</param>
    Task<FenceClientsResult> FenceClientsAsync(FenceClientsRequest request, CancellationToken cancellationToken = default);

    /// <summary>Shuts out every client on a node that has one of the pool's volumes open, until it is let in again.</summary>
    /// <param name="request">The node.</param>
    /// <param name="cancellationToken">Ends the call; it may have taken effect.</param>
    Task<FenceNodeResult> FenceNodeAsync(FenceNodeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lets a node in again, once it is known that nothing of what it had runs. Succeeds when it is not shut out.</summary>
    /// <param name="request">The node.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<LetNodeInResult> LetNodeInAsync(LetNodeInRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks a pool under which addresses this process writes.</summary>
[Experimental("LQX002")]
public sealed record GetClientAddressesRequest;

/// <summary>The addresses under which a process writes.</summary>
[Experimental("LQX002")]
public sealed record GetClientAddressesResult
{
    /// <summary>The addresses, as the pool writes them.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }
}

/// <summary>Asks to shut out clients.</summary>
[Experimental("LQX002")]
public sealed record FenceClientsRequest : MutatingRequest
{
    /// <summary>Their addresses, as <see cref="GetClientAddressesResult.Addresses"/> had them.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }
}

/// <summary>That clients are shut out.</summary>
[Experimental("LQX002")]
public sealed record FenceClientsResult;

/// <summary>Asks to shut out a node.</summary>
[Experimental("LQX002")]
public sealed record FenceNodeRequest : MutatingRequest
{
    /// <summary>The node.</summary>
    public required NodeId Node { get; init; }
}

/// <summary>That a node is shut out.</summary>
[Experimental("LQX002")]
public sealed record FenceNodeResult;

/// <summary>Asks to let a node in again.</summary>
[Experimental("LQX002")]
public sealed record LetNodeInRequest : MutatingRequest
{
    /// <summary>The node.</summary>
    public required NodeId Node { get; init; }
}

/// <summary>That a node is not shut out.</summary>
[Experimental("LQX002")]
public sealed record LetNodeInResult;
