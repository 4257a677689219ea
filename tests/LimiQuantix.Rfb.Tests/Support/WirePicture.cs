namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>A picture of wire values, for the test's encoders to write.</summary>
internal sealed class WirePicture(WireColours colours, int width, int height)
{
    private readonly uint[] _values = new uint[width * height];

    public WireColours Colours => colours;

    public int Width => width;

    public int Height => height;

    public uint this[int x, int y]
    {
        get => _values[y * width + x];
        set => _values[y * width + x] = value;
    }

    /// <summary>Rectangles of few colours upon a ground, and sometimes noise: what makes an encoder use all its forms.</summary>
    public static WirePicture Random(WireColours colours, int width, int height, Random random)
    {
        var picture = new WirePicture(colours, width, height);
        var palette = Enumerable.Range(0, random.Next(1, 30)).Select(_ => colours.Random(random)).ToArray();
        picture.Fill(0, 0, width, height, () => palette[0]);
        for (var i = random.Next(8); i > 0; i--)
        {
            var (x, y) = (random.Next(width), random.Next(height));
            var (w, h) = (random.Next(1, width - x + 1), random.Next(1, height - y + 1));
            var colour = palette[random.Next(palette.Length)];
            var noise = random.Next(5);
            picture.Fill(x, y, w, h, () => noise switch { 0 => colours.Random(random), 1 => palette[random.Next(palette.Length)], _ => colour });
        }
        return picture;
    }

    public WirePicture Part(int x, int y, int partWidth, int partHeight)
    {
        var part = new WirePicture(colours, partWidth, partHeight);
        for (var row = 0; row < partHeight; row++)
        {
            for (var column = 0; column < partWidth; column++)
                part[column, row] = this[x + column, y + row];
        }
        return part;
    }

    /// <summary>All values, row after row.</summary>
    public IEnumerable<uint> Values => _values;

    /// <summary>What the client's framebuffer must hold.</summary>
    public uint[] Expected => [.. _values.Select(colours.Colour)];

    private void Fill(int x, int y, int w, int h, Func<uint> value)
    {
        for (var row = y; row < y + h; row++)
        {
            for (var column = x; column < x + w; column++)
                this[column, row] = value();
        }
    }
}
