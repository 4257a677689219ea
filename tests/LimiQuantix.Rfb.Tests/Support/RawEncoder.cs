namespace LimiQuantix.Rfb.Tests.Support;

internal sealed class RawEncoder : IRectangleEncoder
{
    public RfbEncoding Encoding => RfbEncoding.Raw;

    public byte[] Encode(WirePicture picture, Random random) => [.. picture.Values.SelectMany(picture.Colours.Pixel)];
}
