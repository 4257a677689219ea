namespace LimiQuantix.Rfb.Tests.Support;

internal sealed class HextileEncoder : IRectangleEncoder
{
    public RfbEncoding Encoding => RfbEncoding.Hextile;

    public byte[] Encode(WirePicture picture, Random random)
    {
        var script = new ServerScript();
        uint? background = null, foreground = null;
        for (var y = 0; y < picture.Height; y += 16)
        {
            for (var x = 0; x < picture.Width; x += 16)
            {
                var tile = picture.Part(x, y, Math.Min(16, picture.Width - x), Math.Min(16, picture.Height - y));
                var runs = Runs.NotOf(tile[0, 0], tile).ToArray();
                if (runs.Length > 255 || random.Next(8) == 0)
                {
                    script.Byte(1).Byte([.. tile.Values.SelectMany(tile.Colours.Pixel)]);
                    // What follows a raw tile must name its colours again.
                    (background, foreground) = (null, null);
                    continue;
                }
                WriteTile(script, tile, runs, ref background, ref foreground);
            }
        }
        return script.Bytes.ToArray();
    }

    private static void WriteTile(ServerScript script, WirePicture tile, (int X, int Y, int Width, uint Value)[] runs, ref uint? background, ref uint? foreground)
    {
        var oneColour = runs.Select(r => r.Value).Distinct().Count() == 1;
        var newBackground = background != tile[0, 0];
        var newForeground = oneColour && foreground != runs[0].Value;
        script.Byte((byte)((newBackground ? 2 : 0) | (newForeground ? 4 : 0) | (runs.Length > 0 ? 8 : 0) | (runs.Length > 0 && !oneColour ? 16 : 0)));
        if (newBackground)
            script.Byte(tile.Colours.Pixel(tile[0, 0]));
        if (newForeground)
            script.Byte(tile.Colours.Pixel(runs[0].Value));
        background = tile[0, 0];
        foreground = oneColour ? runs[0].Value : null;
        if (runs.Length == 0)
            return;
        script.Byte((byte)runs.Length);
        foreach (var run in runs)
        {
            if (!oneColour)
                script.Byte(tile.Colours.Pixel(run.Value));
            script.Byte((byte)(run.X << 4 | run.Y), (byte)(run.Width - 1 << 4));
        }
    }
}
