namespace LimiQuantix.Machines;

/// <summary>How to stop a machine.</summary>
public enum StopMode
{
    /// <summary>A value of a newer contract; treated as <see cref="Graceful"/>.</summary>
    Unknown = 0,

    /// <summary>Press the power button and let the guest shut down.</summary>
    Graceful = 1,

    /// <summary>Cut the power.</summary>
    Force = 2,
}
