using System.Text;
using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb.Messages;

/// <summary>Reads the server's messages, one at a time (RFC 6143 §7.6).</summary>
internal sealed class ServerMessageReceiver(RfbReader reader, RemoteDesktop desktop, WirePixels pixels) : IDisposable
{
    private readonly UpdateReceiver _updates = new(reader, desktop, pixels);

    /// <summary>Reads one message, and gives what it brought when it was an update.</summary>
    public async ValueTask<FramebufferUpdate?> ReceiveAsync(CancellationToken ct)
    {
        var type = (ServerMessageType)await reader.ReadByteAsync(ct).ConfigureAwait(false);
        switch (type)
        {
            case ServerMessageType.FramebufferUpdate:
                return await _updates.ReceiveAsync(ct).ConfigureAwait(false);
            case ServerMessageType.SetColourMapEntries:
                await ReceiveColoursAsync(ct).ConfigureAwait(false);
                return null;
            case ServerMessageType.Bell:
                return null;
            case ServerMessageType.ServerCutText:
                await ReceiveClipboardAsync(ct).ConfigureAwait(false);
                return null;
            default:
                throw RfbException.Violation($"The server sent a message of the unknown type {(int)type}.");
        }
    }

    public void Dispose() => _updates.Dispose();

    private async ValueTask ReceiveColoursAsync(CancellationToken ct)
    {
        await reader.EnsureAsync(5, ct).ConfigureAwait(false);
        reader.Take(1);
        int first = reader.TakeUInt16();
        int count = reader.TakeUInt16();
        for (var index = first; index < first + count; index++)
        {
            await reader.EnsureAsync(6, ct).ConfigureAwait(false);
            pixels.Colours.Set(index, reader.TakeUInt16(), reader.TakeUInt16(), reader.TakeUInt16());
        }
    }

    private async ValueTask ReceiveClipboardAsync(CancellationToken ct)
    {
        await reader.EnsureAsync(7, ct).ConfigureAwait(false);
        reader.Take(3);
        var length = reader.TakeUInt32();
        desktop.CheckText(length, "clipboard text");
        desktop.ClipboardText = await reader.ReadTextAsync(length, Encoding.Latin1, ct).ConfigureAwait(false);
    }
}
