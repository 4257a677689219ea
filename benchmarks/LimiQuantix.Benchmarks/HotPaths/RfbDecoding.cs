using System.IO.Compression;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using LimiQuantix.Benchmarks.Support;
using LimiQuantix.Rfb;
using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Messages;
using LimiQuantix.Rfb.Pixels;
using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Benchmarks.HotPaths;

/// <summary>
/// One update of a screen of 512 by 384 in each encoding, read into the framebuffer. Encodings with a zlib stream go on with theirs: the
/// picture is encoded twice, and what is read again and again is the second, which refers to nothing but its like before it.
/// </summary>
public class RfbDecoding
{
    private ServerMessageReceiver? _receiver;
    private byte[] _raw = [];
    private readonly uint[] _pixels = new uint[Scene.Width * Scene.Height];
    private ZLibStream? _zlib;

    [GlobalSetup(Target = nameof(Raw))]
    public Task SetUpRaw() => SetUpWholeAsync(new RawEncoder());

    [GlobalSetup(Target = nameof(Rre))]
    public Task SetUpRre() => SetUpWholeAsync(new RreEncoder());

    [GlobalSetup(Target = nameof(Hextile))]
    public Task SetUpHextile() => SetUpWholeAsync(new HextileEncoder());

    [GlobalSetup(Target = nameof(Zlib))]
    public Task SetUpZlib() => SetUpWholeAsync(new ZlibEncoder());

    [GlobalSetup(Target = nameof(Zrle))]
    public Task SetUpZrle() => SetUpWholeAsync(new ZrleEncoder());

    [GlobalSetup(Target = nameof(Tight))]
    public async Task SetUpTight()
    {
        using var encoder = new TightEncoder();
        (int X, int Y, WirePicture Picture)[] tiles = [.. Scene.Tiles(Scene.Create())];
        await SetUpAsync(() =>
        {
            var random = new Random(1);
            ServerScript script = new ServerScript().Update(tiles.Length);
            foreach (var (x, y, picture) in tiles)
                script.Rectangle(x, y, picture.Width, picture.Height, RfbEncoding.Tight, encoder.Encode(picture, random));
            return script;
        });
    }

    [GlobalSetup(Target = nameof(TightWithJpeg))]
    public Task SetUpJpeg() => SetUpAsync(() =>
    {
        byte[] file = JpegPictures.HalfColours.File;
        const int columns = Scene.Width / JpegPictures.Width, rows = Scene.Height / JpegPictures.Height;
        ServerScript script = new ServerScript().Update(columns * rows);
        for (int i = 0; i < columns * rows; i++)
        {
            script.Rectangle(i % columns * JpegPictures.Width, i / columns * JpegPictures.Height, JpegPictures.Width, JpegPictures.Height, RfbEncoding.Tight)
                .Byte(0x90, (byte)(file.Length & 127 | 128), (byte)(file.Length >> 7)).Byte(file);
        }

        return script;
    });

    [GlobalSetup(Target = nameof(CopyRect))]
    public Task SetUpCopyRect() =>
        SetUpAsync(() => new ServerScript().Update(1).Rectangle(0, 0, Scene.Width, Scene.Height - 16, RfbEncoding.CopyRect).UInt16(0, 16));

    [GlobalSetup(Target = nameof(RawCopied))]
    public void SetUpCopied() => _raw = new RawEncoder().Encode(Scene.Create(), new Random(1));

    [GlobalSetup(Target = nameof(ZlibInflated))]
    public void SetUpInflated()
    {
        WirePicture picture = Scene.Create();
        using var encoder = new ZlibEncoder();
        _raw = new byte[4 * Scene.Width * Scene.Height];
        _zlib = new ZLibStream(
            new LoopingStream(encoder.Encode(picture, new Random(1)).AsMemory(4), encoder.Encode(picture, new Random(1)).AsMemory(4)), CompressionMode.Decompress);
        _zlib.ReadExactly(_raw);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _receiver?.Dispose();
        _zlib?.Dispose();
    }

    [Benchmark]
    [Work("Rfb: decode Raw, 512 by 384")]
    public Task<bool> Raw() => ReceiveAsync();

    [Benchmark]
    [Peer("Rfb: decode Raw, 512 by 384", "a copy of the bytes")]
    public int RawCopied()
    {
        _raw.CopyTo(MemoryMarshal.AsBytes(_pixels.AsSpan()));
        return _pixels.Length;
    }

    [Benchmark]
    [Work("Rfb: decode CopyRect, 512 by 384")]
    public Task<bool> CopyRect() => ReceiveAsync();

    [Benchmark]
    [Work("Rfb: decode RRE, 512 by 384")]
    public Task<bool> Rre() => ReceiveAsync();

    [Benchmark]
    [Work("Rfb: decode Hextile, 512 by 384")]
    public Task<bool> Hextile() => ReceiveAsync();

    [Benchmark]
    [Work("Rfb: decode Zlib, 512 by 384")]
    public Task<bool> Zlib() => ReceiveAsync();

    [Benchmark]
    [Peer("Rfb: decode Zlib, 512 by 384", "ZLibStream, inflating alone")]
    public int ZlibInflated()
    {
        _zlib!.ReadExactly(_raw);
        return _raw.Length;
    }

    [Benchmark]
    [Work("Rfb: decode ZRLE, 512 by 384")]
    public Task<bool> Zrle() => ReceiveAsync();

    [Benchmark]
    [Work("Rfb: decode Tight, 48 rectangles of 64 by 64")]
    public Task<bool> Tight() => ReceiveAsync();

    [Benchmark]
    [Work("Rfb: decode Tight with JPEG, 270 rectangles of 33 by 21")]
    public Task<bool> TightWithJpeg() => ReceiveAsync();

    private async Task SetUpWholeAsync(IRectangleEncoder encoder)
    {
        WirePicture picture = Scene.Create();
        // The encoder keeps its zlib stream from the first to the second.
        await SetUpAsync(() => new ServerScript().Update(1).Rectangle(0, 0, Scene.Width, Scene.Height, encoder.Encoding, encoder.Encode(picture, new Random(1))));
        (encoder as IDisposable)?.Dispose();
    }

    private async Task SetUpAsync(Func<ServerScript> update)
    {
        var desktop = new RemoteDesktop(Scene.Width, Scene.Height, "", new RfbLimits());
        var stream = new LoopingStream(update().Bytes, update().Bytes);
        _receiver = new ServerMessageReceiver(
            new RfbReader(new RfbTransport(stream, TimeSpan.FromMinutes(5), TimeProvider.System)), desktop, new WirePixels(RfbPixelFormat.Bgrx32));
        await ReceiveAsync();
    }

    // The stream makes nobody wait: what comes back is one of two tasks that are always there, and no allocation.
    private async Task<bool> ReceiveAsync() => (await _receiver!.ReceiveAsync(CancellationToken.None)).HasPixels;
}
