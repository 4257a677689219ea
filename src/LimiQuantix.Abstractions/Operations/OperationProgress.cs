namespace LimiQuantix.Operations;

/// <summary>How far an operation is.</summary>
public sealed record OperationProgress
{
    /// <summary>The step's name, such as <c>download</c>, <c>verify</c>, <c>define</c>, <c>start</c>.</summary>
    public required string Step { get; init; }

    /// <summary>How much of the step is done, in the step's own unit (bytes for a download).</summary>
    public long Completed { get; init; }

    /// <summary>How much there is to do in the same unit; <see langword="null"/> when not known.</summary>
    public long? Total { get; init; }

    /// <summary>Bytes per second over the last seconds; <see langword="null"/> where the step moves no bytes.</summary>
    public double? BytesPerSecond { get; init; }

    /// <summary>How long the rest of the step should take; <see langword="null"/> when not known.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>What a person should know of it beside the numbers, such as <c>trying again in 4 s: …</c>; mostly <see langword="null"/>.</summary>
    public string? Message { get; init; }
}
