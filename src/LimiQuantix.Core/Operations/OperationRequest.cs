using LimiQuantix.Core.State;
using LimiQuantix.Core.Storage;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>What somebody asks for: looked up by its idempotency key before anything else is looked at.</summary>
internal sealed record OperationRequest
{
    /// <summary>The kind, such as <c>machines.create</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Who asks; the operation belongs to the caller's project.</summary>
    public required Caller Caller { get; init; }

    /// <summary>The resource that was named; <see langword="null"/> for a creation, whose id is still to be chosen.</summary>
    public required Guid? Target { get; init; }

    /// <summary>What was asked, JSON-serialisable. Equal requests serialise equally: no times, no new ids in it.</summary>
    public required object Request { get; init; }

    /// <summary>The caller's options. The idempotency key is held here; the expected version by whoever prepares the intent.</summary>
    public OperationOptions? Options { get; init; }
}

/// <summary>What a request means at this moment: stored with its operation in one transaction.</summary>
internal sealed record OperationIntent
{
    /// <summary>The resource that the operation works on; for a creation the id just chosen.</summary>
    public required Guid ResourceId { get; init; }

    /// <summary>An operation that does already what is asked: nothing is stored, and the caller gets this one.</summary>
    public Operation? Existing { get; init; }

    /// <summary>
    /// That there is nothing to do and never was: what is to be deleted is absent. Nothing is stored, and the caller gets an operation that has
    /// ended and is not to be found later.
    /// </summary>
    public bool IsNothing { get; init; }

    /// <summary>That all of it is done by what is committed with it: the operation is stored as ended, to be found by its key.</summary>
    public bool IsDone { get; init; }

    /// <summary>Further resources that nothing else may work on meanwhile.</summary>
    public IReadOnlyList<Guid> AlsoLocked { get; init; } = [];

    /// <summary>
    /// Volumes that no other verb may begin on until the operation has ended; <see langword="null"/>: none. Unlike <see cref="AlsoLocked"/>, for which
    /// a later operation waits, who comes later is refused.
    /// </summary>
    public VolumeLockRequest? LocksVolumes { get; init; }

    /// <summary>What the resource takes in all of its project's quota from now on; <see langword="null"/> when that is as it was.</summary>
    public ResourceAmounts? Reserves { get; init; }

    /// <summary>The resource's name, for the admission.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Whether the request is stored with the operation, for its kind. Not where the resource's own document has the same: a large
    /// specification would be twice in one transaction, and then too much for it.
    /// </summary>
    public bool StoresRequest { get; init; } = true;

    /// <summary>What its kind wants to know when it runs or is undone; JSON-serialisable.</summary>
    public object? Data { get; init; }

    /// <summary>What is committed with it, such as the new resource's record, under conditions of what was read.</summary>
    public IReadOnlyList<StateWrite> Writes { get; init; } = [];
}

/// <summary>What is asked of a verb that takes nothing but its resource.</summary>
internal sealed record ResourceRequest
{
    public required Guid Id { get; init; }
}
