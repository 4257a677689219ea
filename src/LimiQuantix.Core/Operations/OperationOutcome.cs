using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>How an attempt at an operation ended.</summary>
/// <param name="Phase">The phase to store; <see langword="null"/> when the attempt was interrupted and the operation is resumed later.</param>
/// <param name="Error">The error to store.</param>
internal readonly record struct OperationOutcome(OperationPhase? Phase, LimiQuantixError? Error = null)
{
    /// <summary>The operation stays as it is, for the next engine.</summary>
    public static OperationOutcome Interrupted => new(null);

    /// <summary>The outcome's name in metrics and logs.</summary>
    public string Name => Phase switch
    {
        OperationPhase.Succeeded => "succeeded",
        OperationPhase.Failed => "failed",
        OperationPhase.Cancelled => "cancelled",
        _ => "interrupted",
    };
}
