namespace LimiQuantix.Machines;

/// <summary>Where a machine stands in its life.</summary>
public enum MachinePhase
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>Its creation has not ended.</summary>
    Creating = 1,

    /// <summary>Made; it can be started, stopped and deleted.</summary>
    Ready = 2,

    /// <summary>Its deletion has not ended.</summary>
    Deleting = 3,

    /// <summary>Its creation failed and was undone; only the record is left, for its error.</summary>
    Failed = 4,
}
