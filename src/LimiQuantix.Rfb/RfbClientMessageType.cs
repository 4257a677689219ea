namespace LimiQuantix.Rfb;

/// <summary>The first byte of a message from client to server (RFC 6143 §7.5 and the community registry for those beyond it).</summary>
public enum RfbClientMessageType
{
    /// <summary>Chooses the layout of pixels.</summary>
    SetPixelFormat = 0,

    /// <summary>Chooses the encodings.</summary>
    SetEncodings = 2,

    /// <summary>Asks for an update of the framebuffer.</summary>
    FramebufferUpdateRequest = 3,

    /// <summary>A key pressed or released.</summary>
    KeyEvent = 4,

    /// <summary>The pointer moved, or its buttons changed.</summary>
    PointerEvent = 5,

    /// <summary>The client's clipboard, plain or in its extended form.</summary>
    ClientCutText = 6,

    /// <summary>Turns updates without requests on or off.</summary>
    EnableContinuousUpdates = 150,

    /// <summary>A mark in the stream that the other side answers.</summary>
    ClientFence = 248,

    /// <summary>XVP: shut down, reboot or reset the machine.</summary>
    Xvp = 250,

    /// <summary>Asks for another size of the desktop.</summary>
    SetDesktopSize = 251,

    /// <summary>QEMU's own: extended key events and audio, told apart by the second byte.</summary>
    Qemu = 255,
}
