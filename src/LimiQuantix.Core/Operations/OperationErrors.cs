using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>The failures of operations in words.</summary>
internal static class OperationErrors
{
    public static LimiQuantixException NotFound(Guid id) => new(
        ErrorCodes.NotFound, $"There is no operation '{id}'.", "Ended operations are kept for a limited time; list those that are.", id.ToString());

    public static LimiQuantixException KeyConflict(string key) => new(
        ErrorCodes.IdempotencyKeyReused,
        $"The idempotency key '{key}' was used for another request.",
        "Use a new key for a new request, or send the same request again.",
        nameof(OperationOptions.IdempotencyKey));

    public static LimiQuantixException NotLeading() => new(
        ErrorCodes.NotLeader, "This process may not act as the engine any more.", "Nothing is to be done: another engine goes on.", isTransient: true);

    public static LimiQuantixError Cancelled(Operation operation) => new()
    {
        Code = ErrorCodes.Cancelled,
        Message = $"The operation '{operation.Kind}' was cancelled.",
        Target = operation.Id.ToString(),
    };

    /// <summary>What an operation stores of the exception that ended it.</summary>
    public static LimiQuantixError From(Operation operation, Exception exception) => exception switch
    {
        LimiQuantixException known => known.Error,
        _ => new LimiQuantixError
        {
            Code = ErrorCodes.Internal,
            Message = $"The operation '{operation.Kind}' met a failure that nobody foresaw: {exception.GetType().Name}: {exception.Message}",
            Remedy = "The log has the details under this operation's id; please report it.",
            Target = operation.Id.ToString(),
        },
    };
}
