using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Messages;

/// <summary>
/// The extended clipboard (community registry, pseudo-encoding 0xC0A1E5CE), for Unicode text: each side tells that it has a text, and
/// gives it when the other asks. Texts are UTF-8 with a zero at the end, lines end with CR LF, and they travel through zlib.
/// </summary>
internal sealed class ExtendedClipboard(RemoteDesktop desktop)
{
    private const uint Text = 1;
    private const uint Caps = 1 << 24;
    private const uint Request = 1 << 25;
    private const uint Peek = 1 << 26;
    private const uint Notify = 1 << 27;
    private const uint Provide = 1 << 28;

    /// <summary>What this client has put into the clipboard, for when the server asks.</summary>
    private string? _own;

    /// <summary>Whether the server has this extension; it says so first.</summary>
    public bool IsSupported { get; private set; }

    /// <summary>Puts a text into the clipboard, and gives the message that tells the server of it.</summary>
    public byte[] Offer(string text)
    {
        _own = text;
        return Message(Notify | Text, []);
    }

    /// <summary>Reads a message from behind its length.</summary>
    public async ValueTask ReceiveAsync(RfbReader reader, ServerMessage message, long length, CancellationToken ct)
    {
        var limit = desktop.Limits.MaxTextBytes;
        // Compressed data may be a little longer than what they hold.
        if (length > limit + 65536L)
        {
            await reader.SkipAsync(length, ct).ConfigureAwait(false);
            message.ClipboardTooLong = true;
            return;
        }
        if (length < 4)
            throw RfbException.Violation($"The server sent an extended clipboard message of {length} bytes.");
        var data = await reader.ReadBytesAsync(length, ct).ConfigureAwait(false);
        var flags = BinaryPrimitives.ReadUInt32BigEndian(data);
        if ((flags & Caps) != 0)
        {
            IsSupported = true;
            message.Replies.Add(Capabilities(limit));
        }
        else if ((flags & Provide) != 0 && (flags & Text) != 0)
            Take(data.AsSpan(4), limit, message);
        else if ((flags & Notify) != 0 && (flags & Text) != 0)
            message.Replies.Add(Message(Request | Text, []));
        else if ((flags & Peek) != 0)
            message.Replies.Add(Message(Notify | (_own is null ? 0 : Text), []));
        else if ((flags & Request) != 0 && (flags & Text) != 0 && _own is not null)
            message.Replies.Add(Message(Provide | Text, Compress(_own)));
    }

    private static byte[] Capabilities(int limit)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, limit);
        return Message(Caps | Request | Peek | Notify | Provide | Text, size);
    }

    private static byte[] Message(uint flags, ReadOnlySpan<byte> data)
    {
        var message = new byte[12 + data.Length];
        message[0] = (byte)RfbClientMessageType.ClientCutText;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), -(4 + data.Length));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), flags);
        data.CopyTo(message.AsSpan(12));
        return message;
    }

    private static byte[] Compress(string text)
    {
        var lines = text.ReplaceLineEndings("\r\n");
        var plain = new byte[4 + Encoding.UTF8.GetByteCount(lines) + 1];
        BinaryPrimitives.WriteInt32BigEndian(plain, plain.Length - 4);
        Encoding.UTF8.GetBytes(lines, plain.AsSpan(4));
        using var output = new MemoryStream();
        using var zlib = new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true);
        zlib.Write(plain);
        // Flushed and not ended: many servers take the end of the stream for an error and hang up.
        zlib.Flush();
        return output.ToArray();
    }

    /// <summary>Inflates as much as the text says it has, and never more than the limit.</summary>
    private void Take(ReadOnlySpan<byte> compressed, int limit, ServerMessage message)
    {
        using var zlib = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        try
        {
            Span<byte> size = stackalloc byte[4];
            zlib.ReadExactly(size);
            var length = BinaryPrimitives.ReadUInt32BigEndian(size);
            if (length > limit)
            {
                message.ClipboardTooLong = true;
                return;
            }
            using var text = new MemoryStream();
            var piece = new byte[Math.Min((int)length, 16 * 1024)];
            for (var rest = (int)length; rest > 0;)
            {
                var count = zlib.Read(piece.AsSpan(0, Math.Min(rest, piece.Length)));
                if (count == 0)
                    throw new EndOfStreamException();
                text.Write(piece, 0, count);
                rest -= count;
            }
            desktop.ClipboardText = Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length)).TrimEnd('\0').Replace("\r\n", "\n", StringComparison.Ordinal);
            message.ClipboardChanged = true;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new RfbException(RfbErrorCode.ProtocolViolation, "The server's clipboard text is not a valid zlib stream.", e);
        }
    }
}
