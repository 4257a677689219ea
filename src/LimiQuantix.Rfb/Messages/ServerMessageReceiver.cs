using System.Text;
using LimiQuantix.Rfb.Audio;
using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb.Messages;

/// <summary>Reads the server's messages, one at a time (RFC 6143 §7.6 and the community registry).</summary>
internal sealed class ServerMessageReceiver(RfbReader reader, RemoteDesktop desktop, WirePixels pixels) : IDisposable
{
    private const int MaxFenceLength = 64;
    private const uint FenceRequest = 1u << 31;
    private const uint KnownFenceFlags = 7;

    private readonly UpdateReceiver _updates = new(reader, desktop, pixels);

    /// <summary>Reads one message.</summary>
    public async ValueTask<ServerMessage> ReceiveAsync(CancellationToken ct)
    {
        var message = new ServerMessage();
        var type = (ServerMessageType)await reader.ReadByteAsync(ct).ConfigureAwait(false);
        switch (type)
        {
            case ServerMessageType.FramebufferUpdate:
                await _updates.ReceiveAsync(message, ct).ConfigureAwait(false);
                break;
            case ServerMessageType.SetColourMapEntries:
                await ReceiveColoursAsync(ct).ConfigureAwait(false);
                break;
            case ServerMessageType.Bell:
                message.Bells = 1;
                break;
            case ServerMessageType.ServerCutText:
                await ReceiveClipboardAsync(message, ct).ConfigureAwait(false);
                break;
            case ServerMessageType.EndOfContinuousUpdates:
                desktop.SupportsContinuousUpdates = true;
                break;
            case ServerMessageType.ServerFence:
                await ReceiveFenceAsync(message, ct).ConfigureAwait(false);
                break;
            case ServerMessageType.Xvp:
                await ReceiveXvpAsync(message, ct).ConfigureAwait(false);
                break;
            case ServerMessageType.Qemu:
                message.Audio = await AudioMessage.ReceiveAsync(reader, desktop.Limits.MaxAudioBytes, ct).ConfigureAwait(false);
                break;
            default:
                throw RfbException.Violation($"The server sent a message of the unknown type {(int)type}.");
        }
        return message;
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

    private async ValueTask ReceiveClipboardAsync(ServerMessage message, CancellationToken ct)
    {
        await reader.EnsureAsync(7, ct).ConfigureAwait(false);
        reader.Take(3);
        var length = reader.TakeInt32();
        // The extended clipboard marks itself by a negative length; a server sends it only to those who understand it.
        if (length < 0 && desktop.Clipboard is { } clipboard)
        {
            await clipboard.ReceiveAsync(reader, message, -(long)length, ct).ConfigureAwait(false);
            return;
        }
        // What is too long is left out: the session is worth more than a text.
        if ((uint)length > desktop.Limits.MaxTextBytes)
        {
            await reader.SkipAsync((uint)length, ct).ConfigureAwait(false);
            message.ClipboardTooLong = true;
            return;
        }
        desktop.ClipboardText = await reader.ReadTextAsync(length, length, Encoding.Latin1, ct).ConfigureAwait(false);
        message.ClipboardChanged = true;
    }

    private async ValueTask ReceiveFenceAsync(ServerMessage message, CancellationToken ct)
    {
        await reader.EnsureAsync(8, ct).ConfigureAwait(false);
        reader.Take(3);
        var flags = reader.TakeUInt32();
        var length = reader.TakeByte();
        if (length > MaxFenceLength)
            throw RfbException.Violation($"The server sent a fence of {length} bytes; at most {MaxFenceLength} are allowed.");
        await reader.EnsureAsync(length, ct).ConfigureAwait(false);
        var payload = reader.Take(length);
        if ((flags & FenceRequest) != 0)
            message.Replies.Add(ClientMessages.Fence(flags & KnownFenceFlags, payload));
    }

    private async ValueTask ReceiveXvpAsync(ServerMessage message, CancellationToken ct)
    {
        await reader.EnsureAsync(3, ct).ConfigureAwait(false);
        reader.Take(2);
        // 0 is a failure, 1 tells that the server has the extension.
        if (reader.TakeByte() == 0)
            message.PowerFailed = true;
        else
            desktop.SupportsPower = true;
    }
}
