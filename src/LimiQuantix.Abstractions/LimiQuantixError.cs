namespace LimiQuantix;

/// <summary>A failure as data: what an operation stores and an endpoint answers.</summary>
public sealed record LimiQuantixError
{
    /// <summary>The stable code: one of <see cref="ErrorCodes"/>, or a plugin's own.</summary>
    public required string Code { get; init; }

    /// <summary>What was wrong, as a sentence. Holds no secret.</summary>
    public required string Message { get; init; }

    /// <summary>What would be right, or how to mend it, as a sentence.</summary>
    public string? Remedy { get; init; }

    /// <summary>The resource, field or address that the error is about.</summary>
    public string? Target { get; init; }

    /// <summary>Whether the same call may succeed later without anybody mending anything.</summary>
    public bool IsTransient { get; init; }

    /// <summary>How long to wait before trying again, when the other side said so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Each thing that is wrong with what was given, where it stands; empty when there is one failure without a place.</summary>
    public IReadOnlyList<LimiQuantixProblem> Problems { get; init; } = [];

    /// <summary>Whether both say the same, problem by problem.</summary>
    /// <param name="other">The other one.</param>
    public bool Equals(LimiQuantixError? other) =>
        other is not null && Code == other.Code && Message == other.Message && Remedy == other.Remedy && Target == other.Target
        && IsTransient == other.IsTransient && RetryAfter == other.RetryAfter && Problems.SequenceEqual(other.Problems);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Code, Message, Remedy, Target, IsTransient, RetryAfter, Problems.Count);
}

/// <summary>One thing that is wrong with what was given.</summary>
public sealed record LimiQuantixProblem
{
    /// <summary>
    /// Where it is: a JSON pointer (RFC 6901) into the request as JSON, such as <c>/disks/0/sizeBytes</c>; empty for the whole.
    /// </summary>
    public required string Pointer { get; init; }

    /// <summary>The stable code: one of <see cref="ErrorCodes"/>.</summary>
    public string Code { get; init; } = ErrorCodes.InvalidArgument;

    /// <summary>What is wrong, as a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>What would be right, as a sentence.</summary>
    public string? Remedy { get; init; }
}
