namespace LimiQuantix.Rfb.Tests.Support;

internal sealed class TightEncoder : IRectangleEncoder, IDisposable
{
    private readonly ZlibBytes[] _streams = [new(), new(), new(), new()];

    public RfbEncoding Encoding => RfbEncoding.Tight;

    public byte[] Encode(WirePicture picture, Random random)
    {
        var palette = picture.Values.Distinct().ToList();
        var stream = random.Next(4);
        var control = (byte)(stream << 4);
        if (random.Next(4) == 0)
        {
            _streams[stream].Dispose();
            _streams[stream] = new ZlibBytes();
            control |= (byte)(1 << stream);
        }
        var script = new ServerScript();
        switch (random.Next(4))
        {
            case 0 when palette.Count == 1:
                return script.Byte((byte)(0x80 | control & 15)).Byte(picture.Colours.TightPixel(palette[0])).Bytes.ToArray();
            case 1 when palette.Count is >= 2 and <= 256:
                script.Byte((byte)(control | 0x40), 1, (byte)(palette.Count - 1)).Byte([.. palette.SelectMany(picture.Colours.TightPixel)]);
                return WriteData(script, _streams[stream], Indexes(picture, palette));
            case 2 when picture.Colours.Format.BitsPerPixel > 8:
                script.Byte((byte)(control | 0x40), 2);
                return WriteData(script, _streams[stream], Gradient(picture));
            default:
                return WriteData(script.Byte(control), _streams[stream], [.. picture.Values.SelectMany(picture.Colours.TightPixel)]);
        }
    }

    public void Dispose() => Array.ForEach(_streams, s => s.Dispose());

    private static byte[] Indexes(WirePicture picture, List<uint> palette)
    {
        if (palette.Count > 2)
            return [.. picture.Values.Select(v => (byte)palette.IndexOf(v))];
        var stride = (picture.Width + 7) / 8;
        var bits = new byte[stride * picture.Height];
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
                bits[y * stride + x / 8] |= (byte)(palette.IndexOf(picture[x, y]) << (7 - x % 8));
        }
        return bits;
    }

    private static byte[] Gradient(WirePicture picture)
    {
        var format = picture.Colours.Format;
        var data = new List<byte>();
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                uint difference = 0;
                foreach (var (max, shift) in new[] { (format.RedMax, format.RedShift), (format.GreenMax, format.GreenShift), (format.BlueMax, format.BlueShift) })
                {
                    int At(int column, int row) => column < 0 || row < 0 ? 0 : (int)(picture[column, row] >> shift) & max;
                    var guess = Math.Clamp(At(x - 1, y) + At(x, y - 1) - At(x - 1, y - 1), 0, max);
                    difference |= (uint)(At(x, y) - guess & max) << shift;
                }
                data.AddRange(picture.Colours.TightPixel(difference));
            }
        }
        return [.. data];
    }

    private static byte[] WriteData(ServerScript script, ZlibBytes zlib, byte[] data)
    {
        if (data.Length < 12)
            return script.Byte(data).Bytes.ToArray();
        var compressed = zlib.Next(data);
        var length = compressed.Length;
        script.Byte((byte)(length & 127 | (length > 127 ? 128 : 0)));
        if (length > 127)
            script.Byte((byte)(length >> 7 & 127 | (length > 16383 ? 128 : 0)));
        if (length > 16383)
            script.Byte((byte)(length >> 14));
        return script.Byte(compressed).Bytes.ToArray();
    }
}
