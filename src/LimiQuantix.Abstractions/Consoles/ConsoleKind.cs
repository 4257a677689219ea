namespace LimiQuantix.Consoles;

/// <summary>A kind of console.</summary>
public enum ConsoleKind
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>The machine's screen, keyboard and mouse over RFB (VNC, RFC 6143).</summary>
    Vnc = 1,

    /// <summary>The machine's first serial port.</summary>
    Serial = 2,
}
