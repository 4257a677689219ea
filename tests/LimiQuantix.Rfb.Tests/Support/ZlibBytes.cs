using System.IO.Compression;

namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>One zlib stream, taken out in pieces that a flush ends, as servers send it.</summary>
internal sealed class ZlibBytes : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly ZLibStream _zlib;

    public ZlibBytes() => _zlib = new ZLibStream(_output, CompressionLevel.Fastest);

    public static byte[] Of(params ReadOnlySpan<byte> data)
    {
        using var zlib = new ZlibBytes();
        return zlib.Next(data);
    }

    public byte[] Next(ReadOnlySpan<byte> data)
    {
        _output.SetLength(0);
        _zlib.Write(data);
        _zlib.Flush();
        return _output.ToArray();
    }

    public void Dispose() => _zlib.Dispose();
}
