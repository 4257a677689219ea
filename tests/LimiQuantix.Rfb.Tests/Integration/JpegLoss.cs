namespace LimiQuantix.Rfb.Tests.Integration;

/// <summary>How far a picture is from another.</summary>
internal static class JpegLoss
{
    /// <summary>The mean difference of red, green and blue, of 255.</summary>
    public static double Of(Framebuffer picture, Framebuffer exact)
    {
        Assert.That((picture.Width, picture.Height), Is.EqualTo((exact.Width, exact.Height)));
        long sum = 0;
        for (var i = 0; i < exact.Pixels.Length; i++)
        {
            var (one, other) = (picture.Pixels.Span[i], exact.Pixels.Span[i]);
            for (var shift = 0; shift < 24; shift += 8)
                sum += Math.Abs((int)(one >> shift & 255) - (int)(other >> shift & 255));
        }
        return sum / 3.0 / exact.Pixels.Length;
    }
}
