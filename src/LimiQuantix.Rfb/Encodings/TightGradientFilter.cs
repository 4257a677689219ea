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
