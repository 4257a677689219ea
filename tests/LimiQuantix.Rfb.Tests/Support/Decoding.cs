using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Messages;
using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>Runs server messages through the receiver, without a handshake.</summary>
internal static class Decoding
{
    public static async Task<Framebuffer> MessagesAsync(
        ReadOnlyMemory<byte> messages, int width, int height, RfbPixelFormat? format = null, int pieceSize = int.MaxValue)
    {
        await using var stream = new ScriptedStream(messages, pieceSize);
        var transport = new RfbTransport(stream, TimeSpan.FromMinutes(5), TimeProvider.System);
        var desktop = new RemoteDesktop(width, height, "", new RfbLimits());
        await RunAsync(stream, transport, desktop, format);
        return desktop.Framebuffer;
    }

    /// <summary>What the messages left the client with, and what it would answer.</summary>
    public static async Task<(RemoteDesktop Desktop, ServerMessage Heard)> DesktopAsync(ReadOnlyMemory<byte> messages, RfbLimits? limits = null, bool clipboard = false, int pieceSize = 5)
    {
        await using var stream = new ScriptedStream(messages, pieceSize);
        var transport = new RfbTransport(stream, TimeSpan.FromMinutes(5), TimeProvider.System);
        var desktop = new RemoteDesktop(4, 4, "", limits ?? new RfbLimits());
        if (clipboard)
            desktop.Clipboard = new ExtendedClipboard(desktop);
        return (desktop, await RunAsync(stream, transport, desktop, null));
    }

    private static async Task<ServerMessage> RunAsync(ScriptedStream stream, RfbTransport transport, RemoteDesktop desktop, RfbPixelFormat? format)
    {
        var all = new ServerMessage();
        var reader = new RfbReader(transport);
        using var receiver = new ServerMessageReceiver(reader, desktop, new WirePixels(format ?? RfbPixelFormat.Bgrx32));
        while (stream.Unread + reader.Buffered > 0)
        {
            var message = await receiver.ReceiveAsync(CancellationToken.None);
            all.Add(message);
            all.Replies.AddRange(message.Replies);
        }
        return all;
    }

    /// <summary>One update with one rectangle that fills the desktop.</summary>
    public static Task<Framebuffer> RectangleAsync(RfbEncoding encoding, int width, int height, byte[] data, RfbPixelFormat? format = null) =>
        MessagesAsync(new ServerScript().Update(1).Rectangle(0, 0, width, height, encoding, data).Bytes, width, height, format, pieceSize: 7);

    /// <summary>The error of one such rectangle.</summary>
    public static async Task<RfbErrorCode?> ErrorAsync(RfbEncoding encoding, int width, int height, byte[] data, RfbPixelFormat? format = null) =>
        (await Assert.ThrowsAsync<RfbException>(() => RectangleAsync(encoding, width, height, data, format)))?.Code;

    /// <summary>A row of the picture in six hexadecimal digits a pixel, for assertions that one can read.</summary>
    public static string Hex(this Framebuffer picture, int row) => string.Join(' ', picture.GetRow(row).ToArray().Select(p => (p & 0xFFFFFF).ToString("X6")));
}
