namespace LimiQuantix.Rfb;

/// <summary>
/// The encodings and pseudo-encodings this client reads, by their registered numbers (RFC 6143 §7.7, §7.8 and the
/// community registry for those beyond it).
/// </summary>
public enum RfbEncoding
{
    /// <summary>Uncompressed pixels. Every server has it, asked for or not.</summary>
    Raw = 0,

    /// <summary>A copy of another part of the framebuffer.</summary>
    CopyRect = 1,

    /// <summary>Rise-and-run-length: a background and subrectangles.</summary>
    Rre = 2,

    /// <summary>RRE in tiles of 16 by 16.</summary>
    Hextile = 5,

    /// <summary>Raw pixels through one zlib stream.</summary>
    Zlib = 6,

    /// <summary>Tight: fill, copy, palette and gradient, and JPEG for a client that sets <see cref="RfbClientOptions.JpegQuality"/>.</summary>
    Tight = 7,

    /// <summary>Zlib run-length encoding in tiles of 64 by 64.</summary>
    Zrle = 16,

    /// <summary>Tight with PNG in place of its own compression.</summary>
    TightPng = -260,

    /// <summary>Pseudo-encoding: the desktop's size changed.</summary>
    DesktopSize = -223,

    /// <summary>Pseudo-encoding: this was the update's last rectangle, whatever its header counted.</summary>
    LastRect = -224,

    /// <summary>Pseudo-encoding: the cursor's shape, with a mask. The server no longer draws it into the picture.</summary>
    Cursor = -239,

    /// <summary>Pseudo-encoding: the pointer is absolute or relative (QEMU).</summary>
    PointerType = -257,

    /// <summary>Pseudo-encoding: the server takes scan codes with its keys (QEMU).</summary>
    ExtendedKeyEvent = -258,

    /// <summary>Pseudo-encoding: the server sends sound to those who ask (QEMU).</summary>
    Audio = -259,

    /// <summary>Pseudo-encoding: the lights of the keyboard (QEMU).</summary>
    LedState = -261,

    /// <summary>Pseudo-encoding: the desktop was renamed.</summary>
    DesktopName = -307,

    /// <summary>Pseudo-encoding: the size and the screens, and who asked for them.</summary>
    ExtendedDesktopSize = -308,

    /// <summary>Pseudo-encoding: the server takes XVP's wishes to shut down, reboot and reset.</summary>
    Xvp = -309,

    /// <summary>Pseudo-encoding: marks in the stream that the other side answers.</summary>
    Fence = -312,

    /// <summary>Pseudo-encoding: updates without requests.</summary>
    ContinuousUpdates = -313,

    /// <summary>Pseudo-encoding: the cursor's shape with transparency.</summary>
    AlphaCursor = -314,

    /// <summary>Pseudo-encoding: a clipboard of Unicode text, given when it is asked for.</summary>
    ExtendedClipboard = unchecked((int)0xC0A1E5CE),
}
