using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>How an attempt at an operation ended.</summary>
/// <param name="Phase">The phase to store; <see langword="null"/> when the attempt was interrupted and the operation is resumed later.</param>
/// <param name="Error">The error to store.</param>
internal sealed record OperationOutcome(OperationPhase? Phase, LimiQuantixError? Error = null)
{
    /// <summary>The operation stays as it is, for the next engine.</summary>
    public static OperationOutcome Interrupted { get; } = new(null, null);

    /// <summary>What was planned; <see langword="null"/> when planning itself failed.</summary>
    public OperationPlan? Plan { get; init; }

    /// <summary>What the plan's end is told.</summary>
    public OperationEnding? Ending { get; init; }

    /// <summary>The outcome's name in metrics and logs.</summary>
    public string Name => Phase switch
    {
        OperationPhase.Succeeded => "succeeded",
        OperationPhase.Failed => "failed",
        OperationPhase.Cancelled => "cancelled",
        _ => "interrupted",
    };
}
