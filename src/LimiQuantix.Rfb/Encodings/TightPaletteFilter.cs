namespace LimiQuantix.Rfb.Encodings;

/// <summary>Tight's palette filter: an index a pixel, of one bit when two colours are enough, else of eight.</summary>
internal sealed class TightPaletteFilter(uint[] palette) : ITightFilter
{
    private readonly bool _packed = palette.Length <= 2;

    public int RowLength(int width) => _packed ? (width + 7) / 8 : width;

    public void Decode(ReadOnlySpan<byte> row, Span<uint> destination)
    {
        if (_packed)
        {
            Unpack(row, destination);
            return;
        }
        ReadOnlySpan<uint> colours = palette;
        row = row[..destination.Length];
        for (var x = 0; x < destination.Length; x++)
        {
            int index = row[x];
            if (index >= colours.Length)
                throw OutsidePalette(index);
            destination[x] = colours[index];
        }
    }

    private void Unpack(ReadOnlySpan<byte> row, Span<uint> destination)
    {
        // With one colour alone, a second is a mark that is looked for afterwards.
        var (zero, one) = (palette[0], palette.Length == 2 ? palette[1] : 0u);
        for (var x = 0; x < destination.Length; x++)
            destination[x] = (row[x >> 3] >> (7 - (x & 7)) & 1) == 0 ? zero : one;
        if (palette.Length == 1 && destination.Contains(0u))
            throw OutsidePalette(1);
    }

    private RfbException OutsidePalette(int index) => RfbException.Violation($"A Tight pixel has index {index} in a palette of {palette.Length}.");
}
