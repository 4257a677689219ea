namespace LimiQuantix.Machines;

/// <summary>Whether the engine keeps a machine running.</summary>
public enum RunPolicy
{
    /// <summary>A value of a newer contract; treated as <see cref="Manual"/>.</summary>
    Unknown = 0,

    /// <summary>Runs when somebody starts it; stays off when it goes off.</summary>
    Manual = 1,

    /// <summary>Started again whenever it is off, unless somebody stopped it; goes on when a full disk that held it has room again.</summary>
    Always = 2,

    /// <summary>Started again after a crash, not after a clean power-off; goes on when a full disk that held it has room again.</summary>
    OnFailure = 3,
}
