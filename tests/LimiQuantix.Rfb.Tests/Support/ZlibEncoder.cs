namespace LimiQuantix.Rfb.Tests.Support;

internal sealed class ZlibEncoder : IRectangleEncoder, IDisposable
{
    private readonly ZlibBytes _zlib = new();

    public RfbEncoding Encoding => RfbEncoding.Zlib;

    public byte[] Encode(WirePicture picture, Random random)
    {
        var data = _zlib.Next([.. picture.Values.SelectMany(picture.Colours.Pixel)]);
        return new ServerScript().UInt32((uint)data.Length).Byte(data).Bytes.ToArray();
    }

    public void Dispose() => _zlib.Dispose();
}
