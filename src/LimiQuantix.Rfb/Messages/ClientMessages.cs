using System.Buffers.Binary;
using System.Text;

namespace LimiQuantix.Rfb.Messages;

/// <summary>The bytes of the messages this client sends (RFC 6143 §7.5, and the community registry for those beyond it).</summary>
internal static class ClientMessages
{
    public static byte[] SetPixelFormat(RfbPixelFormat format)
    {
        var message = new byte[4 + RfbPixelFormat.WireLength];
        message[0] = (byte)RfbClientMessageType.SetPixelFormat;
        format.Write(message.AsSpan(4));
        return message;
    }

    public static byte[] SetEncodings(IReadOnlyCollection<RfbEncoding> encodings)
    {
        var message = new byte[4 + 4 * encodings.Count];
        message[0] = (byte)RfbClientMessageType.SetEncodings;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)encodings.Count);
        var rest = message.AsSpan(4);
        foreach (var encoding in encodings)
        {
            BinaryPrimitives.WriteInt32BigEndian(rest, (int)encoding);
            rest = rest[4..];
        }
        return message;
    }

    public static byte[] FramebufferUpdateRequest(bool incremental, RfbRectangle area)
    {
        var message = new byte[10];
        message[0] = (byte)RfbClientMessageType.FramebufferUpdateRequest;
        message[1] = incremental ? (byte)1 : (byte)0;
        WriteArea(message.AsSpan(2), area);
        return message;
    }

    public static byte[] KeyEvent(uint keysym, bool pressed)
    {
        var message = new byte[8];
        message[0] = (byte)RfbClientMessageType.KeyEvent;
        message[1] = pressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), keysym);
        return message;
    }

    public static byte[] PointerEvent(byte buttons, int x, int y)
    {
        var message = new byte[6];
        message[0] = (byte)RfbClientMessageType.PointerEvent;
        message[1] = buttons;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)x);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), (ushort)y);
        return message;
    }

    /// <summary>The clipboard, in Latin-1 as the protocol has it; what Latin-1 lacks becomes a question mark.</summary>
    public static byte[] ClientCutText(string text)
    {
        var message = new byte[8 + text.Length];
        message[0] = (byte)RfbClientMessageType.ClientCutText;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), (uint)text.Length);
        Encoding.Latin1.GetBytes(text, message.AsSpan(8));
        return message;
    }

    /// <summary>QEMU's extended key event: a keysym and the scan code of PC keyboards' set 1, with 0x80 for an E0 before it.</summary>
    public static byte[] ScanCodeEvent(uint keysym, uint scanCode, bool pressed)
    {
        var message = new byte[12];
        message[0] = (byte)RfbClientMessageType.Qemu;
        message[3] = pressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), keysym);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), scanCode);
        return message;
    }

    public static byte[] SetDesktopSize(int width, int height, ReadOnlySpan<RfbScreen> screens)
    {
        var message = new byte[8 + 16 * screens.Length];
        message[0] = (byte)RfbClientMessageType.SetDesktopSize;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)width);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), (ushort)height);
        message[6] = (byte)screens.Length;
        var rest = message.AsSpan(8);
        foreach (var screen in screens)
        {
            BinaryPrimitives.WriteUInt32BigEndian(rest, screen.Id);
            WriteArea(rest[4..], screen.Area);
            BinaryPrimitives.WriteUInt32BigEndian(rest[12..], screen.Flags);
            rest = rest[16..];
        }
        return message;
    }

    public static byte[] EnableContinuousUpdates(bool enable, RfbRectangle area)
    {
        var message = new byte[10];
        message[0] = (byte)RfbClientMessageType.EnableContinuousUpdates;
        message[1] = enable ? (byte)1 : (byte)0;
        WriteArea(message.AsSpan(2), area);
        return message;
    }

    public static byte[] Fence(uint flags, ReadOnlySpan<byte> payload)
    {
        var message = new byte[9 + payload.Length];
        message[0] = (byte)RfbClientMessageType.ClientFence;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), flags);
        message[8] = (byte)payload.Length;
        payload.CopyTo(message.AsSpan(9));
        return message;
    }

    /// <summary>XVP: version 1, and what is wished.</summary>
    public static byte[] Power(RfbPowerAction action) => [(byte)RfbClientMessageType.Xvp, 0, 1, (byte)action];

    public static byte[] EnableAudio(bool enable) => [(byte)RfbClientMessageType.Qemu, RfbClientMessage.QemuAudio, 0, enable ? (byte)0 : (byte)1];

    public static byte[] SetAudioFormat(RfbAudioFormat format)
    {
        byte[] message = [(byte)RfbClientMessageType.Qemu, RfbClientMessage.QemuAudio, 0, 2, (byte)format.SampleFormat, (byte)format.Channels, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(6), format.SamplesPerSecond);
        return message;
    }

    private static void WriteArea(Span<byte> wire, RfbRectangle area)
    {
        BinaryPrimitives.WriteUInt16BigEndian(wire, (ushort)area.X);
        BinaryPrimitives.WriteUInt16BigEndian(wire[2..], (ushort)area.Y);
        BinaryPrimitives.WriteUInt16BigEndian(wire[4..], (ushort)area.Width);
        BinaryPrimitives.WriteUInt16BigEndian(wire[6..], (ushort)area.Height);
    }
}
