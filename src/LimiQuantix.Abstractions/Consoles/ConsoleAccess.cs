namespace LimiQuantix.Consoles;

/// <summary>What a console session may do.</summary>
public enum ConsoleAccess
{
    /// <summary>A value of a newer contract; treated as <see cref="ViewOnly"/>.</summary>
    Unknown = 0,

    /// <summary>Look, but send no keys, pointer or clipboard.</summary>
    ViewOnly = 1,

    /// <summary>Look and act.</summary>
    Full = 2,
}
