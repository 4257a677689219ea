using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>CopyRect encoding (RFC 6143 §7.7.2).</summary>
internal sealed class CopyRectDecoder : IRectangleDecoder
{
    public async ValueTask DecodeAsync(RfbReader reader, RectangleTarget target, CancellationToken ct)
    {
        await reader.EnsureAsync(4, ct).ConfigureAwait(false);
        int x = reader.TakeUInt16();
        int y = reader.TakeUInt16();
        if (x + target.Area.Width > target.Framebuffer.Width || y + target.Area.Height > target.Framebuffer.Height)
            throw RfbException.Violation("A CopyRect source leaves the framebuffer.");
        target.Framebuffer.Copy(x, y, target.Area);
    }
}
