using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>Tight's copy filter: pixels as they are.</summary>
internal sealed class TightCopyFilter(PixelDecoder pixel) : ITightFilter
{
    public int RowLength(int width) => width * pixel.Size;

    public void Decode(ReadOnlySpan<byte> row, Span<uint> destination) => pixel.Decode(row, destination);
}
