using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>Stores operations for the engine that holds the lease, in this process or another.</summary>
internal interface IOperationQueue
{
    /// <summary>
    /// Gives the operation that the request's idempotency key already made, or stores a new one with its intent in one transaction. The key
    /// comes first: a retry finds its operation whatever became of the resource.
    /// </summary>
    /// <param name="request">What is asked.</param>
    /// <param name="prepare">
    /// Reads, checks preconditions and gives what to store. Called again when something that it read was changed before it was stored, so
    /// that parallel callers do not get in each other's way; its exceptions are the caller's.
    /// </param>
    /// <param name="cancellationToken">Ends the call, not a stored operation.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.IdempotencyKeyReused"/>; <see cref="ErrorCodes.Conflict"/>: what the request builds on never stood still. <see cref="ErrorCodes.InvalidArgument"/>: a bound.
    /// </exception>
    Task<Operation> SubmitAsync(OperationRequest request, Func<CancellationToken, Task<OperationIntent>> prepare, CancellationToken cancellationToken);

    /// <summary>Gives the caller's hold on an operation.</summary>
    /// <typeparam name="T">What it gives when it succeeds.</typeparam>
    /// <param name="operation">The operation.</param>
    /// <param name="loadResult">Loads the result once the operation has succeeded, unless the operation stored one.</param>
    OperationHandle<T> CreateHandle<T>(Operation operation, Func<CancellationToken, Task<T>> loadResult);
}
