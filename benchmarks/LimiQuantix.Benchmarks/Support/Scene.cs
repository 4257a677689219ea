using LimiQuantix.Rfb;
using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Benchmarks.Support;

/// <summary>A screen as a desktop has it, the same in each run: a plain ground, two windows of text, and something like a photograph.</summary>
internal static class Scene
{
    public const int Width = 512;
    public const int Height = 384;

    private const uint Ground = 0x2E3440;

    public static WirePicture Create()
    {
        var random = new Random(1);
        var picture = new WirePicture(new WireColours(RfbPixelFormat.Bgrx32), Width, Height);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
                picture[x, y] = Ground;
        }

        Write(picture, 16, 16, 208, 224, 0xECEFF4, 0x3B4252, random);
        Write(picture, 16, 256, 320, 112, 0x000000, 0xD8DEE9, random);
        for (int y = 32; y < 224; y++)
        {
            for (int x = 256; x < 496; x++)
                picture[x, y] = (uint)((x & 255) << 16 | (y & 255) << 8 | (x * y >> 9 & 255)) ^ (uint)random.Next(4);
        }

        return picture;
    }

    /// <summary>The rectangles of 64 by 64 that make the picture.</summary>
    public static IEnumerable<(int X, int Y, WirePicture Picture)> Tiles(WirePicture picture) =>
        from y in Enumerable.Range(0, Height / 64)
        from x in Enumerable.Range(0, Width / 64)
        select (64 * x, 64 * y, picture.Part(64 * x, 64 * y, 64, 64));

    /// <summary>Letters of 8 by 16, in lines of uneven length.</summary>
    private static void Write(WirePicture picture, int left, int top, int width, int height, uint paper, uint ink, Random random)
    {
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                picture[left + x, top + y] = paper;
        }

        for (int line = 0; line < height / 16; line++)
        {
            for (int letter = random.Next(width / 8); letter > 0; letter--)
            {
                for (int dot = 0; dot < 20; dot++)
                    picture[left + 8 * letter - 1 - random.Next(6), top + 16 * line + 2 + random.Next(11)] = ink;
            }
        }
    }
}
