using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>Where a rectangle's pixels go, already checked to lie inside the framebuffer, and how they are laid out.</summary>
internal readonly record struct RectangleTarget(Framebuffer Framebuffer, RfbRectangle Area, WirePixels Pixels)
{
    public Span<uint> Row(int y) => Framebuffer.Row(Area.X, Area.Y + y, Area.Width);

    /// <summary>A part of the rectangle, in coordinates of the framebuffer; refused when it leaves the rectangle.</summary>
    public RfbRectangle Part(int x, int y, int width, int height, string encoding)
    {
        if (x + width > Area.Width || y + height > Area.Height)
            throw RfbException.Violation($"A {encoding} subrectangle leaves its rectangle.");
        return new RfbRectangle(Area.X + x, Area.Y + y, width, height);
    }
}
