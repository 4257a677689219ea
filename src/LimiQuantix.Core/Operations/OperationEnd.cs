using LimiQuantix.Core.State;

namespace LimiQuantix.Core.Operations;

/// <summary>What an operation's end stores beside the operation itself.</summary>
internal sealed record OperationEnd
{
    /// <summary>What becomes of its resources.</summary>
    public IReadOnlyList<StateWrite> Writes { get; init; } = [];

    /// <summary>
    /// What the operation gives, where that cannot be read from its resource later; JSON-serialisable, of the handle's own type.
    /// </summary>
    public object? Value { get; init; }
}

/// <summary>Where a test, or somebody who traces, looks over the lifecycle's shoulder.</summary>
internal interface IOperationObserver
{
    /// <summary>Called, and awaited, as a step is about to begin, and when it is done.</summary>
    Task OnStepAsync(OperationContext context, string step, StepMoment moment);
}

/// <summary>Where in a step the lifecycle is.</summary>
internal enum StepMoment
{
    /// <summary>It is stored that the step begins; nothing of it is done.</summary>
    Begin,

    /// <summary>It is done.</summary>
    End,

    /// <summary>It is about to be undone.</summary>
    Undo,
}
