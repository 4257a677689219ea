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

    /// <summary>Tight with its lossless filters: fill, copy, palette and gradient. JPEG is never asked for.</summary>
    Tight = 7,

    /// <summary>Zlib run-length encoding in tiles of 64 by 64.</summary>
    Zrle = 16,

    /// <summary>Pseudo-encoding: the desktop's size changed.</summary>
    DesktopSize = -223,

    /// <summary>Pseudo-encoding: this was the update's last rectangle, whatever its header counted.</summary>
    LastRect = -224,

    /// <summary>Pseudo-encoding: the cursor's shape. Read and ignored: never asked for, so that the server draws the cursor.</summary>
    Cursor = -239,

    /// <summary>Pseudo-encoding: the desktop was renamed.</summary>
    DesktopName = -307,

    /// <summary>Pseudo-encoding: the size and the screens. Not asked for by default: <see cref="DesktopSize"/> is enough to follow the size.</summary>
    ExtendedDesktopSize = -308,
}
