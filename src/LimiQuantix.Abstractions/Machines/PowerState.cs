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

/// <summary>Why a machine is held.</summary>
public enum PauseCause
{
    /// <summary>It is not held, nobody says why, or a value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>Somebody asked for it, through the engine or by hand.</summary>
    Asked = 1,

    /// <summary>A disk had no room for what the guest wrote. Nothing is lost: the write is done again when the machine goes on.</summary>
    NoSpace = 2,

    /// <summary>A disk failed.</summary>
    DiskError = 3,

    /// <summary>Its watchdog expired.</summary>
    Watchdog = 4,

    /// <summary>Its guest's kernel gave up.</summary>
    GuestCrash = 5,

    /// <summary>The hypervisor is at work with it: a migration, a snapshot, a dump.</summary>
    Maintenance = 6,

    /// <summary>The guest sleeps.</summary>
    Sleep = 7,
}
