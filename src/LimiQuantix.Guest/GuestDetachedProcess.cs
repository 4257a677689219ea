using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest;

/// <summary>A detached program of the guest.</summary>
public sealed record GuestDetachedProcess
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>Its process id in the guest.</summary>
    public required int ProcessId { get; init; }

    /// <summary>How it ended, or null while it runs.</summary>
    public GuestExit? Exit { get; init; }

    /// <summary>How much it has written to its output, kept or not.</summary>
    public required long OutputBytes { get; init; }

    /// <summary>How much it has written to its error output, kept or not.</summary>
    public required long ErrorBytes { get; init; }

    /// <summary>How long ago it was started.</summary>
    public required TimeSpan Age { get; init; }

    internal static GuestDetachedProcess Of(DetachedExec exec) => new()
    {
        Id = GuestText.Clean(exec.Id, 64),
        ProcessId = (int)Math.Min(exec.ProcessId, int.MaxValue),
        Exit = exec.IsRunning ? null : GuestExit.Of(exec is { Result: { } ended } ? ended : new ExecResult { ExitCode = -1, Truncated = true }),
        OutputBytes = Claimed.Size(exec.StdoutBytes),
        ErrorBytes = Claimed.Size(exec.StderrBytes),
        Age = Claimed.Milliseconds(exec.AgeMs),
    };
}
