namespace LimiQuantix.Rfb.Encodings;

/// <summary>Tight's palette filter: an index a pixel, of one bit when two colours are enough, else of eight.</summary>
internal sealed class TightPaletteFilter(uint[] palette) : ITightFilter
{
    private readonly bool _packed = palette.Length <= 2;

    public int RowLength(int width) => _packed ? (width + 7) / 8 : width;

    public void Decode(ReadOnlySpan<byte> row, Span<uint> destination)
    {
        for (var x = 0; x < destination.Length; x++)
        {
            var index = _packed ? row[x / 8] >> (7 - x % 8) & 1 : row[x];
            destination[x] = index < palette.Length
                ? palette[index]
                : throw RfbException.Violation($"A Tight pixel has index {index} in a palette of {palette.Length}.");
        }
    }
}
