namespace LimiQuantix.Rfb;

/// <summary>What a client sent to an <see cref="RfbServerConnection"/>.</summary>
public abstract record RfbInput
{
    private protected RfbInput()
    {
    }
}

/// <summary>The client wants an update of an area: at once, or (incremental) as soon as something of it changes.</summary>
/// <param name="Incremental">Whether the client still has what it was sent before.</param>
/// <param name="Area">The area.</param>
public sealed record RfbUpdateRequest(bool Incremental, RfbRectangle Area) : RfbInput;

/// <summary>A key was pressed or released.</summary>
/// <param name="Keysym">The key, as an X11 keysym.</param>
/// <param name="ScanCode">Its scan code, for clients that send them; otherwise 0.</param>
/// <param name="Pressed">True when pressed, false when released.</param>
public sealed record RfbKeyInput(uint Keysym, uint ScanCode, bool Pressed) : RfbInput;

/// <summary>The pointer moved, or its buttons changed.</summary>
/// <param name="Buttons">One bit a button.</param>
/// <param name="X">Pixels from the left.</param>
/// <param name="Y">Pixels from the top.</param>
public sealed record RfbPointerInput(byte Buttons, int X, int Y) : RfbInput;

/// <summary>The client's clipboard.</summary>
/// <param name="Text">The text.</param>
public sealed record RfbClipboardInput(string Text) : RfbInput;

/// <summary>The client wishes another size of the desktop.</summary>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels.</param>
public sealed record RfbResizeInput(int Width, int Height) : RfbInput;

/// <summary>Any other message, which changes nothing here.</summary>
/// <param name="Type">Its type.</param>
public sealed record RfbOtherInput(RfbClientMessageType Type) : RfbInput;
