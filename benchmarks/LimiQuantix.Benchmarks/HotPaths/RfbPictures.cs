using BenchmarkDotNet.Attributes;
using LimiQuantix.Benchmarks.Support;
using LimiQuantix.Rfb;

namespace LimiQuantix.Benchmarks.HotPaths;

/// <summary>Screenshots: what is done with a picture once it is there.</summary>
public class RfbPictures
{
    private readonly Framebuffer _picture = new(Scene.Width, Scene.Height);
    private byte[] _png = [];

    [GlobalSetup]
    public void SetUp()
    {
        uint[] pixels = Scene.Create().Expected;
        for (int y = 0; y < Scene.Height; y++)
            pixels.AsSpan(y * Scene.Width, Scene.Width).CopyTo(_picture.GetWritableRow(y));
        _png = PngWriter.ToArray(_picture);
    }

    [Benchmark]
    [Work("Rfb: write a PNG of 512 by 384")]
    public int Write() => PngWriter.ToArray(_picture).Length;

    [Benchmark]
    [Work("Rfb: read a PNG of 512 by 384")]
    public int Read() => PngReader.Read(_png).Width;
}
