namespace LimiQuantix.Rfb.Encodings;

/// <summary>Turns the rows of one Tight rectangle into pixels, from the top.</summary>
internal interface ITightFilter
{
    /// <summary>Bytes of a row of <paramref name="width"/> pixels.</summary>
    int RowLength(int width);

    void Decode(ReadOnlySpan<byte> row, Span<uint> destination);
}
