using System.Buffers.Binary;

namespace LimiQuantix.Rfb;

/// <summary>Finds the boundaries of messages from client to server, for those who stand between the two.</summary>
public static class RfbClientMessage
{
    /// <summary>As many bytes of a message as are ever needed to know its length.</summary>
    public const int MaxHeaderLength = 9;

    /// <summary>The second byte of a QEMU message about audio; the other kind, 0, is an extended key event.</summary>
    public const byte QemuAudio = 1;

    private const int QemuAudioSetFormat = 2;
    private const int MaxFenceLength = 64;

    /// <summary>Tells how long a message is, from its first bytes.</summary>
    /// <param name="start">The message's first bytes, as many as are there.</param>
    /// <param name="length">The whole message's length, the first bytes included; 0 when more of them are needed.</param>
    /// <returns>Whether the length is known.</returns>
    /// <exception cref="RfbException">No client message begins so (<see cref="RfbErrorCode.ProtocolViolation"/>).</exception>
    public static bool TryGetLength(ReadOnlySpan<byte> start, out long length)
    {
        length = start.IsEmpty ? 0 : (RfbClientMessageType)start[0] switch
        {
            RfbClientMessageType.SetPixelFormat => 4 + RfbPixelFormat.WireLength,
            RfbClientMessageType.SetEncodings => start.Length < 4 ? 0 : 4 + 4 * BinaryPrimitives.ReadUInt16BigEndian(start[2..]),
            RfbClientMessageType.FramebufferUpdateRequest => 10,
            RfbClientMessageType.KeyEvent => 8,
            RfbClientMessageType.PointerEvent => 6,
            // The extended clipboard marks itself by a negative length.
            RfbClientMessageType.ClientCutText => start.Length < 8 ? 0 : 8 + Math.Abs((long)BinaryPrimitives.ReadInt32BigEndian(start[4..])),
            RfbClientMessageType.EnableContinuousUpdates => 10,
            RfbClientMessageType.ClientFence => start.Length < 9 ? 0 : FenceLength(start[8]),
            RfbClientMessageType.Xvp => 4,
            RfbClientMessageType.SetDesktopSize => start.Length < 7 ? 0 : 8 + 16 * start[6],
            RfbClientMessageType.Qemu => QemuLength(start),
            _ => throw RfbException.Violation($"A client sent a message of the unknown type {start[0]}."),
        };
        return length > 0;
    }

    private static int FenceLength(byte payload) =>
        payload <= MaxFenceLength ? 9 + payload : throw RfbException.Violation($"A client sent a fence of {payload} bytes; at most {MaxFenceLength} are allowed.");

    private static int QemuLength(ReadOnlySpan<byte> start)
    {
        if (start.Length < 2)
            return 0;
        switch (start[1])
        {
            case 0: // extended key event
                return 12;
            case QemuAudio: // enable and disable carry nothing, a format six bytes
                if (start.Length < 4)
                    return 0;
                var operation = BinaryPrimitives.ReadUInt16BigEndian(start[2..]);
                return operation <= QemuAudioSetFormat
                    ? operation == QemuAudioSetFormat ? 10 : 4
                    : throw RfbException.Violation($"A client sent the unknown audio operation {operation}.");
            default:
                throw RfbException.Violation($"A client sent a QEMU message of the unknown kind {start[1]}.");
        }
    }
}
