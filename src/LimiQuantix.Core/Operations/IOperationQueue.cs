using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>Stores operations for the engine that holds the lease, in this process or another.</summary>
internal interface IOperationQueue
{
    /// <summary>Stores an operation with its writes in one transaction, or gives the one that its idempotency key already made.</summary>
    /// <param name="submission">What to store.</param>
    /// <param name="cancellationToken">Ends the call, not a stored operation.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.Conflict"/>: the key was used for another request (target <c>IdempotencyKey</c>), or a condition of the writes
    /// does not hold (the target is its state key). <see cref="ErrorCodes.InvalidArgument"/>: a bound.
    /// </exception>
    Task<Operation> SubmitAsync(OperationSubmission submission, CancellationToken cancellationToken);

    /// <summary>Gives the caller's hold on an operation.</summary>
    /// <typeparam name="T">What it gives when it succeeds.</typeparam>
    /// <param name="operation">The operation.</param>
    /// <param name="loadResult">Loads the result once the operation has succeeded.</param>
    OperationHandle<T> CreateHandle<T>(Operation operation, Func<CancellationToken, Task<T>> loadResult);
}
