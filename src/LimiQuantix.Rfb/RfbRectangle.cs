namespace LimiQuantix.Rfb;

/// <summary>An area of the framebuffer, in pixels from its top left corner.</summary>
/// <param name="X">Pixels from the left.</param>
/// <param name="Y">Pixels from the top.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
public readonly record struct RfbRectangle(int X, int Y, int Width, int Height)
{
    /// <summary>The first column behind it.</summary>
    public int Right => X + Width;

    /// <summary>The first row below it.</summary>
    public int Bottom => Y + Height;

    internal long Area => (long)Width * Height;

    internal bool IsEmpty => Width == 0 || Height == 0;

    internal bool Contains(RfbRectangle other) => other.X >= X && other.Y >= Y && other.Right <= Right && other.Bottom <= Bottom;

    /// <summary>The smallest rectangle that holds both.</summary>
    internal RfbRectangle Around(RfbRectangle other)
    {
        var (x, y) = (Math.Min(X, other.X), Math.Min(Y, other.Y));
        return new RfbRectangle(x, y, Math.Max(Right, other.Right) - x, Math.Max(Bottom, other.Bottom) - y);
    }

    /// <summary>What of it lies within the other; empty when nothing does.</summary>
    internal RfbRectangle Within(RfbRectangle other)
    {
        var (x, y) = (Math.Max(X, other.X), Math.Max(Y, other.Y));
        return new RfbRectangle(x, y, Math.Max(0, Math.Min(Right, other.Right) - x), Math.Max(0, Math.Min(Bottom, other.Bottom) - y));
    }
}
