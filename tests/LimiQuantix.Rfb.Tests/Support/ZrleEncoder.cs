namespace LimiQuantix.Rfb.Tests.Support;

internal sealed class ZrleEncoder : IRectangleEncoder, IDisposable
{
    private readonly ZlibBytes _zlib = new();

    public RfbEncoding Encoding => RfbEncoding.Zrle;

    public byte[] Encode(WirePicture picture, Random random)
    {
        var tiles = new ServerScript();
        for (var y = 0; y < picture.Height; y += 64)
        {
            for (var x = 0; x < picture.Width; x += 64)
                WriteTile(tiles, picture.Part(x, y, Math.Min(64, picture.Width - x), Math.Min(64, picture.Height - y)), random);
        }
        var data = _zlib.Next(tiles.Bytes.Span);
        return new ServerScript().UInt32((uint)data.Length).Byte(data).Bytes.ToArray();
    }

    public void Dispose() => _zlib.Dispose();

    private static void WriteTile(ServerScript script, WirePicture tile, Random random)
    {
        var palette = tile.Values.Distinct().ToList();
        switch (random.Next(5))
        {
            case 0 when palette.Count == 1:
                script.Byte(1).Byte(tile.Colours.CompactPixel(palette[0]));
                break;
            case 1 when palette.Count is >= 2 and <= 16:
                script.Byte((byte)palette.Count).Byte([.. palette.SelectMany(tile.Colours.CompactPixel)]);
                WritePacked(script, tile, palette);
                break;
            case 2 when palette.Count is >= 2 and <= 127:
                script.Byte((byte)(128 + palette.Count)).Byte([.. palette.SelectMany(tile.Colours.CompactPixel)]);
                foreach (var (value, length) in Runs.Across(tile))
                    WritePaletteRun(script, palette.IndexOf(value), length);
                break;
            case 3:
                script.Byte(128);
                foreach (var (value, length) in Runs.Across(tile))
                    WriteLength(script.Byte(tile.Colours.CompactPixel(value)), length);
                break;
            default:
                script.Byte(0).Byte([.. tile.Values.SelectMany(tile.Colours.CompactPixel)]);
                break;
        }
    }

    private static void WritePacked(ServerScript script, WirePicture tile, List<uint> palette)
    {
        var bits = palette.Count == 2 ? 1 : palette.Count <= 4 ? 2 : 4;
        for (var y = 0; y < tile.Height; y++)
        {
            var row = new byte[(tile.Width * bits + 7) / 8];
            for (var x = 0; x < tile.Width; x++)
                row[x * bits / 8] |= (byte)(palette.IndexOf(tile[x, y]) << (8 - bits - x * bits % 8));
            script.Byte(row);
        }
    }

    private static void WritePaletteRun(ServerScript script, int index, int length)
    {
        if (length == 1)
            script.Byte((byte)index);
        else
            WriteLength(script.Byte((byte)(index + 128)), length);
    }

    private static void WriteLength(ServerScript script, int length)
    {
        for (length--; length >= 255; length -= 255)
            script.Byte(255);
        script.Byte((byte)length);
    }
}
