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

    /// <summary>Creates a black picture.</summary>
    /// <param name="width">Pixels in a row, from 0 to 65535.</param>
    /// <param name="height">Rows, from 0 to 65535.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is negative or too large.</exception>
    public Framebuffer(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(width, (ushort)width);
        ArgumentOutOfRangeException.ThrowIfNotEqual(height, (ushort)height);
        Width = width;
        Height = height;
        _pixels = GC.AllocateUninitializedArray<uint>(checked(width * height));
        Array.Fill(_pixels, Black);
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

    /// <summary>A copy of a part of the picture.</summary>
    /// <param name="area">The part; cut to what the picture has.</param>
    /// <returns>The part, of no size when nothing of it is in the picture.</returns>
    public Framebuffer Crop(RfbRectangle area)
    {
        var part = area.Within(new RfbRectangle(0, 0, Width, Height));
        var copy = new Framebuffer(part.Width, part.Height);
        for (var y = 0; y < part.Height; y++)
            Row(part.X, part.Y + y, part.Width).CopyTo(copy.Row(0, y, part.Width));
        return copy;
    }

    /// <summary>One row of pixels, to write to: each must be 0xFFRRGGBB.</summary>
    /// <param name="y">The row, from 0 at the top.</param>
    /// <returns><see cref="Width"/> pixels.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="y"/> is no row of this picture.</exception>
    public Span<uint> GetWritableRow(int y)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
        return Row(0, y, Width);
    }

    internal Span<uint> Row(int x, int y, int width) => _pixels.AsSpan(y * Width + x, width);

    /// <summary>The pixels from an area's first to its last, with what lies between its rows: they follow each other at <see cref="Width"/>.</summary>
    internal Span<uint> Block(RfbRectangle area) => area.IsEmpty ? [] : _pixels.AsSpan(area.Y * Width + area.X, (area.Height - 1) * Width + area.Width);

    internal void Fill(RfbRectangle area, uint colour)
    {
        if (area.Width == 0)
            return;
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
}
