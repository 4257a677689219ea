namespace LimiQuantix.Rfb.Imaging;

/// <summary>One component (brightness or a colour difference) of a JPEG picture: its samples, and how they are widened to the picture's size.</summary>
internal sealed class JpegComponent
{
    public int Id { get; set; }

    public int Horizontal { get; set; }

    public int Vertical { get; set; }

    public int Quantisation { get; set; }

    public JpegHuffman? Dc { get; set; }

    public JpegHuffman? Ac { get; set; }

    public int Prediction { get; set; }

    /// <summary>Samples that belong to the picture, without what fills the last blocks.</summary>
    public int Width { get; private set; }

    public int Height { get; private set; }

    public int Stride { get; private set; }

    public byte[] Samples { get; private set; } = [];

    public void Allocate(int width, int height, int maxHorizontal, int maxVertical, int columns, int rows)
    {
        Width = (width * Horizontal + maxHorizontal - 1) / maxHorizontal;
        Height = (height * Vertical + maxVertical - 1) / maxVertical;
        Stride = columns * Horizontal * 8;
        var length = Stride * rows * Vertical * 8;
        if (Samples.Length < length)
            Samples = new byte[length];
        Prediction = 0;
    }

    /// <summary>A row of the picture, with as many samples as it has pixels (and some to spare behind them).</summary>
    public ReadOnlySpan<byte> Row(int y, int maxHorizontal, int maxVertical, byte[] buffer)
    {
        var (wide, high) = (maxHorizontal / Horizontal, maxVertical / Vertical);
        var row = Samples.AsSpan(y / high * Stride, Stride);
        if (wide == 1 && high == 1)
            return row;
        if (wide == 1 && high == 2)
            BlendRows(row, Neighbour(y), (y & 1) == 0 ? 1 : 2, buffer);
        else if (wide == 2 && high == 1 && Width > 2)
            WidenSmoothly(row, buffer);
        else if (wide == 2 && high == 2 && Width > 2)
            WidenSmoothly(row, Neighbour(y), buffer);
        else
        {
            for (var x = 0; x < Width * wide; x++)
                buffer[x] = row[x / wide];
        }
        return buffer;
    }

    /// <summary>The row that is the second nearest to a row of the picture with twice as many rows.</summary>
    private Span<byte> Neighbour(int y)
    {
        var near = y / 2;
        return Samples.AsSpan(Math.Clamp((y & 1) == 0 ? near - 1 : near + 1, 0, Height - 1) * Stride, Stride);
    }

    /// <summary>Each sample becomes two, each three parts of it and one of its neighbour ("fancy upsampling" of libjpeg).</summary>
    private void WidenSmoothly(ReadOnlySpan<byte> row, byte[] output)
    {
        var last = Width - 1;
        output[0] = row[0];
        output[1] = (byte)((row[0] * 3 + row[1] + 2) >> 2);
        for (var x = 1; x < last; x++)
        {
            output[2 * x] = (byte)((row[x] * 3 + row[x - 1] + 1) >> 2);
            output[2 * x + 1] = (byte)((row[x] * 3 + row[x + 1] + 2) >> 2);
        }
        output[2 * last] = (byte)((row[last] * 3 + row[last - 1] + 1) >> 2);
        output[2 * last + 1] = row[last];
    }

    private void BlendRows(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, int bias, byte[] output)
    {
        for (var x = 0; x < Width; x++)
            output[x] = (byte)((near[x] * 3 + far[x] + bias) >> 2);
    }

    private void WidenSmoothly(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, byte[] output)
    {
        var last = Width - 1;
        var current = near[0] * 3 + far[0];
        var next = near[1] * 3 + far[1];
        output[0] = (byte)((current * 4 + 8) >> 4);
        output[1] = (byte)((current * 3 + next + 7) >> 4);
        for (var x = 1; x < last; x++)
        {
            (var previous, current, next) = (current, next, near[x + 1] * 3 + far[x + 1]);
            output[2 * x] = (byte)((current * 3 + previous + 8) >> 4);
            output[2 * x + 1] = (byte)((current * 3 + next + 7) >> 4);
        }
        output[2 * last] = (byte)((next * 3 + current + 8) >> 4);
        output[2 * last + 1] = (byte)((next * 4 + 7) >> 4);
    }
}
