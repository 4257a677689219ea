using LimiQuantix.Core.State;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>An operation to store.</summary>
internal sealed record OperationSubmission
{
    /// <summary>The kind, which names the runner, such as <c>machines.create</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Who asks; the operation belongs to the caller's project.</summary>
    public required Caller Caller { get; init; }

    /// <summary>The resource the operation works on; for a creation the id the engine has just chosen.</summary>
    public required Guid ResourceId { get; init; }

    /// <summary>
    /// Whether <see cref="ResourceId"/> was chosen for this submission, so that it says nothing about what was asked. Otherwise the same
    /// idempotency key for another resource is a conflict.
    /// </summary>
    public required bool IsCreation { get; init; }

    /// <summary>What was asked, JSON-serialisable. Equal requests serialise equally: no times, no new ids in it.</summary>
    public required object Request { get; init; }

    /// <summary>
    /// Whether the request is stored with the operation, for its runner. Not where the resource's own document has the same: a large
    /// specification would be twice in one transaction, and then too much for it.
    /// </summary>
    public bool StoresRequest { get; init; } = true;

    /// <summary>
    /// The caller's options. The idempotency key is held here; the expected version by a condition among <see cref="Writes"/>.
    /// </summary>
    public OperationOptions? Options { get; init; }

    /// <summary>What is committed in the same transaction, such as the new resource's record.</summary>
    public IReadOnlyList<StateWrite> Writes { get; init; } = [];
}
