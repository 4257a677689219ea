namespace LimiQuantix.Rfb.Messages;

/// <summary>The first byte of a message from server to client (RFC 6143 §7.6 and the community registry for those beyond it).</summary>
internal enum ServerMessageType
{
    FramebufferUpdate = 0,
    SetColourMapEntries = 1,
    Bell = 2,
    ServerCutText = 3,
    EndOfContinuousUpdates = 150,
    ServerFence = 248,
    Xvp = 250,
    Qemu = 255,
}
