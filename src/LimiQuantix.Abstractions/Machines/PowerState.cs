namespace LimiQuantix.Machines;

/// <summary>Whether a machine runs, as observed.</summary>
public enum PowerState
{
    /// <summary>Not known now, or a value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>Not defined on any node.</summary>
    Absent = 1,

    /// <summary>Defined and off.</summary>
    Stopped = 2,

    /// <summary>Running.</summary>
    Running = 3,

    /// <summary>Held, with its memory kept.</summary>
    Paused = 4,

    /// <summary>Asked to go off, and on its way.</summary>
    Stopping = 5,

    /// <summary>Off because the guest or QEMU crashed.</summary>
    Crashed = 6,
}
