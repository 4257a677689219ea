namespace LimiQuantix.Storage;

/// <summary>How a volume is attached.</summary>
public enum VolumeAccess
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>For reading and writing.</summary>
    ReadWrite = 1,

    /// <summary>For reading.</summary>
    ReadOnly = 2,
}
