using System.Text;
using LimiQuantix.Rfb.Encodings;
using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb.Messages;

/// <summary>Reads FramebufferUpdate messages (RFC 6143 §7.6.1) into the desktop's framebuffer.</summary>
internal sealed class UpdateReceiver(RfbReader reader, RemoteDesktop desktop, WirePixels pixels) : IDisposable
{
    private const int RectangleHeaderLength = 12;
    private const int ScreenLength = 16;
    private const int ThisClient = 1;

    private readonly RectangleDecoders _decoders = new();
    private readonly CursorReceiver _cursors = new(reader, pixels);

    /// <summary>Reads a message from behind its type.</summary>
    public async ValueTask ReceiveAsync(ServerMessage message, CancellationToken ct)
    {
        message.IsUpdate = true;
        await reader.EnsureAsync(3, ct).ConfigureAwait(false);
        reader.Take(1);
        for (var count = reader.TakeUInt16(); count > 0; count--)
        {
            await reader.EnsureAsync(RectangleHeaderLength, ct).ConfigureAwait(false);
            var area = reader.TakeRectangle();
            var encoding = (RfbEncoding)reader.TakeInt32();
            if (encoding == RfbEncoding.LastRect)
                return;
            if (!await ReceivePseudoAsync(encoding, area, message, ct).ConfigureAwait(false))
                await ReceivePixelsAsync(encoding, area, message, ct).ConfigureAwait(false);
        }
    }

    public void Dispose() => _decoders.Dispose();

    /// <summary>Reads a rectangle that is none, and tells whether it was one of those.</summary>
    private async ValueTask<bool> ReceivePseudoAsync(RfbEncoding encoding, RfbRectangle area, ServerMessage message, CancellationToken ct)
    {
        switch (encoding)
        {
            case RfbEncoding.DesktopSize:
                message.Resized |= desktop.Resize(area.Width, area.Height);
                return true;
            case RfbEncoding.ExtendedDesktopSize:
                await ReceiveExtendedDesktopSizeAsync(area, message, ct).ConfigureAwait(false);
                return true;
            case RfbEncoding.DesktopName:
                var length = await reader.ReadUInt32Async(ct).ConfigureAwait(false);
                desktop.Name = await reader.ReadTextAsync(length, desktop.Limits.MaxTextBytes, Encoding.UTF8, ct).ConfigureAwait(false);
                message.Renamed = true;
                return true;
            case RfbEncoding.Cursor or RfbEncoding.AlphaCursor:
                desktop.Cursor = encoding == RfbEncoding.Cursor
                    ? await _cursors.ReceiveAsync(area, ct).ConfigureAwait(false)
                    : await _cursors.ReceiveWithAlphaAsync(area, ct).ConfigureAwait(false);
                message.CursorChanged = true;
                return true;
            case RfbEncoding.PointerType:
                message.PointerTypeChanged |= desktop.IsPointerAbsolute != (area.X != 0);
                desktop.IsPointerAbsolute = area.X != 0;
                return true;
            case RfbEncoding.LedState:
                var state = (RfbLedState)(await reader.ReadByteAsync(ct).ConfigureAwait(false) & 7);
                message.LedStateChanged |= desktop.LedState != state;
                desktop.LedState = state;
                return true;
            case RfbEncoding.ExtendedKeyEvent:
                desktop.SupportsScanCodes = true;
                return true;
            case RfbEncoding.Audio:
                desktop.SupportsAudio = true;
                return true;
            default:
                return false;
        }
    }

    private async ValueTask ReceivePixelsAsync(RfbEncoding encoding, RfbRectangle area, ServerMessage message, CancellationToken ct)
    {
        if (!desktop.Bounds.Contains(area))
            throw RfbException.Violation($"A rectangle up to {area.Right}, {area.Bottom} leaves the desktop of {desktop.Framebuffer.Width} by {desktop.Framebuffer.Height}.");
        var decoder = _decoders.Get(encoding);
        await decoder.DecodeAsync(reader, new RectangleTarget(desktop.Framebuffer, area, pixels), ct).ConfigureAwait(false);
        desktop.Covered(area);
        message.AddDamage(area);
    }

    /// <summary>The rectangle's position carries who asked (x) and whether it was granted (y); a refusal changes nothing.</summary>
    private async ValueTask ReceiveExtendedDesktopSizeAsync(RfbRectangle area, ServerMessage message, CancellationToken ct)
    {
        await reader.EnsureAsync(4, ct).ConfigureAwait(false);
        var screens = new RfbScreen[reader.TakeByte()];
        reader.Take(3);
        await reader.EnsureAsync(screens.Length * ScreenLength, ct).ConfigureAwait(false);
        for (var i = 0; i < screens.Length; i++)
            screens[i] = new RfbScreen(reader.TakeUInt32(), reader.TakeRectangle(), reader.TakeUInt32());
        desktop.SupportsResize = true;
        message.ScreensChanged = true;
        if (area.X == ThisClient)
            message.SizeAnswer = area.Y;
        if (area.Y != 0)
            return;
        desktop.Screens = screens;
        message.Resized |= desktop.Resize(area.Width, area.Height);
    }
}
