namespace LimiQuantix.Rfb;

/// <summary>What a client tells a server it understands beside pictures (the pseudo-encodings of the community registry).</summary>
[Flags]
public enum RfbFeatures
{
    /// <summary>Nothing but the desktop's size and name.</summary>
    None = 0,

    /// <summary>The screens of the desktop, and <see cref="RfbClient.ResizeAsync"/> (ExtendedDesktopSize).</summary>
    Resize = 1,

    /// <summary>The cursor's shape apart from the picture (Cursor, AlphaCursor). Without it the server draws the cursor into the picture.</summary>
    Cursor = 2,

    /// <summary>Whether the pointer is absolute or relative (PointerType).</summary>
    PointerType = 4,

    /// <summary>Scan codes with keys (QEMU's extended key events), which make a guest's own keyboard layout decide.</summary>
    ScanCodes = 8,

    /// <summary>The lights of the keyboard (LED state).</summary>
    LedState = 16,

    /// <summary>Marks in the stream (Fence), by which some servers measure the connection.</summary>
    Fence = 32,

    /// <summary>Updates without requests (ContinuousUpdates), used while <see cref="RfbClient.WatchAsync"/> runs.</summary>
    ContinuousUpdates = 64,

    /// <summary>Unicode text both ways (the extended clipboard).</summary>
    ExtendedClipboard = 128,

    /// <summary>Sound (QEMU's audio), for <see cref="RfbClient.ListenAsync"/>.</summary>
    Audio = 256,

    /// <summary>Shut down, reboot and reset (XVP).</summary>
    Power = 512,

    /// <summary>Everything that leaves the picture as it is and costs nothing until it is used.</summary>
    Default = Resize | PointerType | ScanCodes | LedState | Fence | ContinuousUpdates | ExtendedClipboard | Audio | Power,
}
