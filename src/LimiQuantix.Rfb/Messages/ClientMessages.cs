using System.Buffers.Binary;
using System.Text;

namespace LimiQuantix.Rfb.Messages;

/// <summary>The bytes of the messages this client sends (RFC 6143 §7.5).</summary>
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
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)area.X);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), (ushort)area.Y);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)area.Width);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(8), (ushort)area.Height);
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
}
