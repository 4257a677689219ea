namespace LimiQuantix.Images;

/// <summary>Where an image stands.</summary>
public enum ImagePhase
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>Its import has not ended.</summary>
    Importing = 1,

    /// <summary>In the library, verified and inspected.</summary>
    Ready = 2,

    /// <summary>Its import failed; nothing is in the library.</summary>
    Failed = 3,
}
