namespace LimiQuantix.Rfb;

/// <summary>What changed since the last change that a watch gave. Everything that happened in between is in one.</summary>
public sealed record RfbChange
{
    /// <summary>The areas of the picture with new pixels; they may overlap, and areas of many updates are drawn together.</summary>
    public IReadOnlyList<RfbRectangle> Damage { get; init; } = [];

    /// <summary>The desktop has a new size. Its old picture is gone, the new one comes with the next changes.</summary>
    public bool Resized { get; init; }

    /// <summary><see cref="RfbClient.Screens"/> are told anew.</summary>
    public bool ScreensChanged { get; init; }

    /// <summary><see cref="RfbClient.DesktopName"/> is another.</summary>
    public bool Renamed { get; init; }

    /// <summary><see cref="RfbClient.Cursor"/> is another.</summary>
    public bool CursorChanged { get; init; }

    /// <summary><see cref="RfbClient.IsPointerAbsolute"/> is another.</summary>
    public bool PointerTypeChanged { get; init; }

    /// <summary><see cref="RfbClient.LedState"/> is another.</summary>
    public bool LedStateChanged { get; init; }

    /// <summary><see cref="RfbClient.ServerClipboardText"/> is another.</summary>
    public bool ClipboardChanged { get; init; }

    /// <summary>The server's clipboard has a text longer than <see cref="RfbLimits.MaxTextBytes"/>, which was left out.</summary>
    public bool ClipboardTooLong { get; init; }

    /// <summary>How often the bell rang.</summary>
    public int Bells { get; init; }

    /// <summary>The server could not do what <see cref="RfbClient.SendPowerAsync"/> asked.</summary>
    public bool PowerFailed { get; init; }
}

/// <summary>One screen of the desktop, as ExtendedDesktopSize has it.</summary>
/// <param name="Id">The server's number for it.</param>
/// <param name="Area">Its place on the desktop.</param>
/// <param name="Flags">Reserved; kept as it came.</param>
public readonly record struct RfbScreen(uint Id, RfbRectangle Area, uint Flags);

/// <summary>The cursor's shape.</summary>
public sealed class RfbCursor
{
    internal RfbCursor(int width, int height, int hotspotX, int hotspotY, uint[] pixels)
    {
        (Width, Height, HotspotX, HotspotY) = (width, height, hotspotX, hotspotY);
        Pixels = pixels;
    }

    /// <summary>Pixels in a row; 0 when the cursor is hidden.</summary>
    public int Width { get; }

    /// <summary>Rows; 0 when the cursor is hidden.</summary>
    public int Height { get; }

    /// <summary>The column that points.</summary>
    public int HotspotX { get; }

    /// <summary>The row that points.</summary>
    public int HotspotY { get; }

    /// <summary>All pixels, row after row, each 0xAARRGGBB with colours not multiplied by their opacity.</summary>
    public ReadOnlyMemory<uint> Pixels { get; }
}

/// <summary>The lights of the server's keyboard (QEMU LED state).</summary>
[Flags]
public enum RfbLedState
{
    /// <summary>None is lit.</summary>
    None = 0,

    /// <summary>Scroll lock.</summary>
    ScrollLock = 1,

    /// <summary>Num lock.</summary>
    NumLock = 2,

    /// <summary>Caps lock.</summary>
    CapsLock = 4,
}
