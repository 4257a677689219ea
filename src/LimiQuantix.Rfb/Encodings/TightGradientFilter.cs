using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>Tight's gradient filter: each intensity is the difference to a guess from the pixels left, above and above left.</summary>
internal sealed class TightGradientFilter(PixelDecoder pixel, int width) : ITightFilter
{
    // The row above, as intensities; before the first row it is black.
    private readonly (int Red, int Green, int Blue)[] _above = new (int, int, int)[width];

    public int RowLength(int width) => width * pixel.Size;

    public void Decode(ReadOnlySpan<byte> row, Span<uint> destination)
    {
        if (pixel.IsRgb)
            DecodeRgb(row, destination);
        else
            DecodeAny(row, destination);
    }

    /// <summary>Three bytes a pixel, as nearly every server sends them.</summary>
    private void DecodeRgb(ReadOnlySpan<byte> row, Span<uint> destination)
    {
        row = row[..(3 * destination.Length)];
        var aboves = _above.AsSpan(0, destination.Length);
        var (red, green, blue) = (0, 0, 0);
        var (cornerRed, cornerGreen, cornerBlue) = (0, 0, 0);
        for (var x = 0; x < destination.Length; x++, row = row[3..])
        {
            ref var above = ref aboves[x];
            red = Math.Clamp(red + above.Red - cornerRed, 0, 255) + row[0] & 255;
            green = Math.Clamp(green + above.Green - cornerGreen, 0, 255) + row[1] & 255;
            blue = Math.Clamp(blue + above.Blue - cornerBlue, 0, 255) + row[2] & 255;
            destination[x] = Framebuffer.Black | (uint)(red << 16 | green << 8 | blue);
            (cornerRed, cornerGreen, cornerBlue) = above;
            above = (red, green, blue);
        }
    }

    private void DecodeAny(ReadOnlySpan<byte> row, Span<uint> destination)
    {
        var max = pixel.Max;
        (int Red, int Green, int Blue) left = default, aboveLeft = default;
        for (var x = 0; x < destination.Length; x++)
        {
            var difference = pixel.Components(row.Slice(x * pixel.Size, pixel.Size));
            var above = _above[x];
            left = (
                Restore(difference.Red, left.Red, above.Red, aboveLeft.Red, max.Red),
                Restore(difference.Green, left.Green, above.Green, aboveLeft.Green, max.Green),
                Restore(difference.Blue, left.Blue, above.Blue, aboveLeft.Blue, max.Blue));
            destination[x] = pixel.Compose(left.Red, left.Green, left.Blue);
            aboveLeft = above;
            _above[x] = left;
        }
    }

    private static int Restore(int difference, int left, int above, int aboveLeft, int max) =>
        Math.Clamp(left + above - aboveLeft, 0, max) + difference & max;
}
