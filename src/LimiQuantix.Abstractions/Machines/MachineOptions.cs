using LimiQuantix.Nodes;
using LimiQuantix.Operations;

namespace LimiQuantix.Machines;

// The options of the verbs that machines alone have, one record each: what a verb takes grows by a member, never by an overload.

/// <summary>How to start a machine.</summary>
public sealed record StartOptions : ResourceOperationOptions;

/// <summary>How to stop a machine.</summary>
public sealed record StopOptions : ResourceOperationOptions
{
    /// <summary>Whether to let the guest shut down. A guest that does not within the configured time is an error, and runs on.</summary>
    public StopMode Mode { get; init; } = StopMode.Graceful;
}

/// <summary>How to stop a machine and start it again.</summary>
public sealed record RestartOptions : ResourceOperationOptions
{
    /// <summary>Whether to let the guest shut down. A guest that does not within the configured time is an error, and runs on.</summary>
    public StopMode Mode { get; init; } = StopMode.Graceful;
}

/// <summary>How to reset a machine.</summary>
public sealed record ResetOptions : ResourceOperationOptions;

/// <summary>How to pause a machine.</summary>
public sealed record PauseOptions : ResourceOperationOptions;

/// <summary>How to let a paused machine go on.</summary>
public sealed record ResumeOptions : ResourceOperationOptions;

/// <summary>How to define a machine again that somebody undefined.</summary>
public sealed record RedefineOptions : ResourceOperationOptions;

/// <summary>How to put an ISO image into a CD drive.</summary>
public sealed record AttachIsoOptions : ResourceOperationOptions
{
    /// <summary>The drive: the <see cref="DiskSpec.Name"/> of a CD drive. By default the first empty one, or else the first.</summary>
    public string? Drive { get; init; }
}

/// <summary>How to empty a CD drive.</summary>
public sealed record EjectIsoOptions : ResourceOperationOptions
{
    /// <summary>The drive: the <see cref="DiskSpec.Name"/> of a CD drive. By default the first one with a disc.</summary>
    public string? Drive { get; init; }
}

/// <summary>How to wait for a machine.</summary>
public sealed record WaitOptions
{
    /// <summary>How long at most; by default a deadline that fits the machine's accelerator.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>Which quarantined machines.</summary>
public sealed record QuarantineQuery
{
    /// <summary>Those on this node: no other's hypervisors are asked.</summary>
    public NodeId? Node { get; init; }
}

/// <summary>How to make a quarantined machine an ordinary one.</summary>
public sealed record AdoptOptions
{
    /// <summary>What it is named from now on: a DNS label; <see langword="null"/> for the name that is kept with it.</summary>
    public string? Name { get; init; }
}

/// <summary>How to delete a quarantined machine.</summary>
public sealed record PurgeOptions : OperationOptions;
