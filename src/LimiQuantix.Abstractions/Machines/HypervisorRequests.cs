using LimiQuantix.Consoles;

namespace LimiQuantix.Machines;

/// <summary>Asks a hypervisor what it is and can do.</summary>
public sealed record DescribeHypervisorRequest;

/// <summary>Asks a hypervisor to define a machine.</summary>
public sealed record DefineMachineRequest : MutatingRequest
{
    /// <summary>The machine.</summary>
    public required MachineDefinition Definition { get; init; }
}

/// <summary>Asks a hypervisor to define a machine otherwise.</summary>
public sealed record UpdateMachineRequest : MutatingRequest
{
    /// <summary>The machine as it is wanted now.</summary>
    public required MachineDefinition Definition { get; init; }
}

/// <summary>Asks a hypervisor for another disc in a CD drive of a machine that is on.</summary>
public sealed record ChangeMediaRequest : MutatingRequest
{
    /// <summary>The machine with the new disc; nothing else of it is other than it is defined.</summary>
    public required MachineDefinition Definition { get; init; }

    /// <summary>The drive: the <see cref="MachineDisk.Id"/> of one of the definition's disks.</summary>
    public required Guid DiskId { get; init; }
}

/// <summary>That the drive has the disc, or is empty.</summary>
public sealed record ChangeMediaResult;

/// <summary>Asks a hypervisor to start a machine.</summary>
public sealed record StartMachineRequest : MutatingRequest
{
    /// <summary>The machine as it is wanted now.</summary>
    public required MachineDefinition Definition { get; init; }
}

/// <summary>That a machine was started, or ran already.</summary>
public sealed record StartMachineResult;

/// <summary>Asks a hypervisor to stop a machine.</summary>
public sealed record StopMachineRequest : MutatingRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>Whether the guest is asked or the power is cut.</summary>
    public required StopMode Mode { get; init; }
}

/// <summary>That a guest was asked to stop, or that the machine is off.</summary>
public sealed record StopMachineResult;

/// <summary>Asks a hypervisor to reset a machine.</summary>
public sealed record ResetMachineRequest : MutatingRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }
}

/// <summary>That a machine was reset.</summary>
public sealed record ResetMachineResult;

/// <summary>Asks a hypervisor to halt a machine's processors.</summary>
public sealed record PauseMachineRequest : MutatingRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }
}

/// <summary>That a machine is paused.</summary>
public sealed record PauseMachineResult;

/// <summary>Asks a hypervisor to let a paused machine go on.</summary>
public sealed record ResumeMachineRequest : MutatingRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }
}

/// <summary>That a machine runs.</summary>
public sealed record ResumeMachineResult;

/// <summary>Asks a hypervisor to delete a machine.</summary>
public sealed record DeleteMachineRequest : MutatingRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }
}

/// <summary>That a machine is no more.</summary>
public sealed record DeleteMachineResult;

/// <summary>Asks a hypervisor for one machine.</summary>
public sealed record ObserveMachineRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }
}

/// <summary>One machine as the hypervisor sees it.</summary>
public sealed record ObserveMachineResult
{
    /// <summary>The machine, or <see langword="null"/> when it is not defined.</summary>
    public MachineObservation? Machine { get; init; }
}

/// <summary>Asks a hypervisor for all machines.</summary>
public sealed record ListMachinesRequest;

/// <summary>Asks a hypervisor to tell what happens to machines.</summary>
public sealed record WatchMachinesRequest;

/// <summary>Asks a hypervisor for a machine's console.</summary>
public sealed record GetConsoleRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>Which kind.</summary>
    public required ConsoleKind Kind { get; init; }
}

/// <summary>Asks for a piece of a machine's serial log.</summary>
public sealed record ReadSerialLogRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>Where to begin, in bytes since the machine was defined; negative counts from the end.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes at most: 0 to 1 MiB.</summary>
    public required int MaxBytes { get; init; }
}

/// <summary>What one read of a serial log gave.</summary>
public sealed record SerialLogChunk
{
    /// <summary>The bytes; none at the log's end for now.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The offset after them: where the next read begins.</summary>
    public required long NextOffset { get; init; }
}
