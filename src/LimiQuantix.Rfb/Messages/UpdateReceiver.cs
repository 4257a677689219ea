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

    private readonly RectangleDecoders _decoders = new();

    /// <summary>Reads a message from behind its type.</summary>
    public async ValueTask<FramebufferUpdate> ReceiveAsync(CancellationToken ct)
    {
        await reader.EnsureAsync(3, ct).ConfigureAwait(false);
        reader.Take(1);
        var count = reader.TakeUInt16();
        var (hasPixels, resized) = (false, false);
        for (; count > 0; count--)
        {
            await reader.EnsureAsync(RectangleHeaderLength, ct).ConfigureAwait(false);
            var area = new RfbRectangle(reader.TakeUInt16(), reader.TakeUInt16(), reader.TakeUInt16(), reader.TakeUInt16());
            var encoding = (RfbEncoding)reader.TakeInt32();
            switch (encoding)
            {
                case RfbEncoding.LastRect:
                    return new FramebufferUpdate(hasPixels, resized);
                case RfbEncoding.DesktopSize:
                    resized |= desktop.Resize(area.Width, area.Height);
                    break;
                case RfbEncoding.ExtendedDesktopSize:
                    resized |= await ReceiveExtendedDesktopSizeAsync(area, ct).ConfigureAwait(false);
                    break;
                case RfbEncoding.DesktopName:
                    await ReceiveNameAsync(ct).ConfigureAwait(false);
                    break;
                case RfbEncoding.Cursor:
                    var maskLength = (area.Width + 7) / 8;
                    await reader.SkipAsync((long)(area.Width * pixels.Pixel.Size + maskLength) * area.Height, ct).ConfigureAwait(false);
                    break;
                default:
                    await ReceivePixelsAsync(encoding, area, ct).ConfigureAwait(false);
                    hasPixels = true;
                    break;
            }
        }
        return new FramebufferUpdate(hasPixels, resized);
    }

    public void Dispose() => _decoders.Dispose();

    private async ValueTask ReceivePixelsAsync(RfbEncoding encoding, RfbRectangle area, CancellationToken ct)
    {
        if (area.Right > desktop.Framebuffer.Width || area.Bottom > desktop.Framebuffer.Height)
            throw RfbException.Violation($"A rectangle up to {area.Right}, {area.Bottom} leaves the desktop of {desktop.Framebuffer.Width} by {desktop.Framebuffer.Height}.");
        var decoder = _decoders.Get(encoding);
        await decoder.DecodeAsync(reader, new RectangleTarget(desktop.Framebuffer, area, pixels), ct).ConfigureAwait(false);
        desktop.Covered(area);
    }

    /// <summary>The rectangle's position carries who asked (x) and whether it was granted (y); a refusal changes nothing.</summary>
    private async ValueTask<bool> ReceiveExtendedDesktopSizeAsync(RfbRectangle area, CancellationToken ct)
    {
        await reader.EnsureAsync(4, ct).ConfigureAwait(false);
        var screens = reader.TakeByte();
        reader.Take(3);
        await reader.SkipAsync(screens * ScreenLength, ct).ConfigureAwait(false);
        return area.Y == 0 && desktop.Resize(area.Width, area.Height);
    }

    private async ValueTask ReceiveNameAsync(CancellationToken ct)
    {
        var length = await reader.ReadUInt32Async(ct).ConfigureAwait(false);
        desktop.CheckText(length, "desktop name");
        desktop.Name = await reader.ReadTextAsync(length, Encoding.UTF8, ct).ConfigureAwait(false);
    }
}
