using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest;

/// <summary>How a program of the guest ended.</summary>
public sealed record GuestExit
{
    /// <summary>Its exit code; 128 and the signal's number when a signal ended it, as a shell says it.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The signal that ended it, such as <c>KILL</c>, or null.</summary>
    public string? Signal { get; init; }

    /// <summary>Whether output was lost: a process that it left behind held its pipes, or the kept output was full.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>Whether it was ended because its time was up.</summary>
    public bool TimedOut { get; init; }

    /// <summary>How long it ran, by the guest's clock.</summary>
    public TimeSpan Duration { get; init; }

    internal static GuestExit Of(ExecResult result) => new()
    {
        ExitCode = result.ExitCode,
        Signal = GuestText.Clean(result.Signal, 16) is { Length: > 0 } signal ? signal : null,
        IsTruncated = result.Truncated,
        TimedOut = result.TimedOut,
        Duration = TimeSpan.FromMilliseconds(result.DurationMs),
    };
}
