namespace LimiQuantix.Machines;

/// <summary>What a hypervisor event is.</summary>
public enum HypervisorEventKind
{
    /// <summary>A value of a newer contract; treated as <see cref="Resync"/>.</summary>
    Unknown = 0,

    /// <summary>Events may be missing before this one: list again.</summary>
    Resync = 1,

    /// <summary>A machine's state or definition changed.</summary>
    Changed = 2,

    /// <summary>A machine is no longer defined.</summary>
    Removed = 3,

    /// <summary>The hypervisor does not answer; a resync follows when it does again.</summary>
    Disconnected = 4,

    /// <summary>A machine's guest began anew, by itself or by a reset, without going off.</summary>
    Rebooted = 5,
}
