namespace LimiQuantix.Core.Operations;

/// <summary>
/// Does the work of one kind of operation. Called again for the same operation after a crash, a restart or a takeover: it is
/// idempotent and goes on from its checkpoint.
/// </summary>
internal interface IOperationRunner
{
    /// <summary>The kind, such as <c>machines.create</c>.</summary>
    string Kind { get; }

    /// <summary>Works until the operation is done. Returning means success; an exception is the operation's error.</summary>
    /// <param name="context">The operation, its request, checkpoint and progress.</param>
    /// <param name="cancellationToken">
    /// Ends for two reasons. The user cancelled (<see cref="OperationContext.IsCancelRequested"/>): undo what was made, then throw
    /// <see cref="OperationCanceledException"/>. The engine stops or lost its lease: leave everything as it is and throw
    /// <see cref="OperationCanceledException"/>; the operation is resumed later, perhaps by another process.
    /// </param>
    Task RunAsync(OperationContext context, CancellationToken cancellationToken);
}
