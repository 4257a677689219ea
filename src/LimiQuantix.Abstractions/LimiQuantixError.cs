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
}
