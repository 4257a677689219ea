namespace LimiQuantix.Rfb.Tests.Support;

internal sealed class RreEncoder : IRectangleEncoder
{
    public RfbEncoding Encoding => RfbEncoding.Rre;

    public byte[] Encode(WirePicture picture, Random random)
    {
        var background = picture[0, 0];
        var runs = Runs.NotOf(background, picture).ToArray();
        var script = new ServerScript().UInt32((uint)runs.Length).Byte(picture.Colours.Pixel(background));
        foreach (var run in runs)
            script.Byte(picture.Colours.Pixel(run.Value)).UInt16(run.X, run.Y, run.Width, 1);
        return script.Bytes.ToArray();
    }
}
