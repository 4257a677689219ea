namespace LimiQuantix.Rfb;

/// <summary>An area of the framebuffer, in pixels from its top left corner.</summary>
internal readonly record struct RfbRectangle(int X, int Y, int Width, int Height)
{
    public int Right => X + Width;

    public int Bottom => Y + Height;

    public long Area => (long)Width * Height;
}
