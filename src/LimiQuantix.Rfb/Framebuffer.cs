namespace LimiQuantix.Rfb;

/// <summary>
/// A picture of a desktop: rows from the top, pixels from the left, each a 32-bit value 0xFFRRGGBB
/// (in memory of a little-endian machine: blue, green, red, 255).
/// </summary>
public sealed class Framebuffer
{
    /// <summary>Black, as a new framebuffer is filled with it.</summary>
    internal const uint Black = 0xFF000000;

    private readonly uint[] _pixels;

    internal Framebuffer(int width, int height)
    {
        Width = width;
        Height = height;
        _pixels = new uint[checked(width * height)];
        Array.Fill(_pixels, Black);
    }

    private Framebuffer(int width, int height, uint[] pixels)
    {
        Width = width;
        Height = height;
        _pixels = pixels;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>All pixels, row after row without padding.</summary>
    public ReadOnlyMemory<uint> Pixels => _pixels;

    /// <summary>One row of pixels.</summary>
    /// <param name="y">The row, from 0 at the top.</param>
    /// <returns><see cref="Width"/> pixels.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="y"/> is no row of this picture.</exception>
    public ReadOnlySpan<uint> GetRow(int y)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
        return _pixels.AsSpan(y * Width, Width);
    }

    internal Span<uint> Row(int x, int y, int width) => _pixels.AsSpan(y * Width + x, width);

    internal void Fill(RfbRectangle area, uint colour)
    {
        for (var y = area.Y; y < area.Bottom; y++)
            Row(area.X, y, area.Width).Fill(colour);
    }

    /// <summary>Copies within the picture; the areas may overlap.</summary>
    internal void Copy(int fromX, int fromY, RfbRectangle to)
    {
        // Span.CopyTo handles an overlap within a row; the order of rows handles one between rows.
        var upwards = fromY >= to.Y;
        for (var i = 0; i < to.Height; i++)
        {
            var line = upwards ? i : to.Height - 1 - i;
            Row(fromX, fromY + line, to.Width).CopyTo(Row(to.X, to.Y + line, to.Width));
        }
    }

    internal Framebuffer Snapshot() => new(Width, Height, (uint[])_pixels.Clone());
}
