using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace LimiQuantix.Images.Decompression;

/// <summary>
/// A .gz file of one member (RFC 1952) whose end is checked: the runtime's stream takes a file that was cut off for a whole one.
/// </summary>
internal sealed class CheckedGzipStream(FileStream input) : Stream
{
    private const int TrailerLength = 8;
    private readonly GZipStream _gzip = new(input, CompressionMode.Decompress, leaveOpen: true);
    private readonly Crc32 _crc = new();
    private long _length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = _gzip.Read(buffer);
        _crc.Append(buffer[..read]);
        _length += read;
        if (read == 0 && !buffer.IsEmpty) CheckEnd();
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _gzip.Dispose();
        base.Dispose(disposing);
    }

    // RFC 1952 §2.3.1: the member ends with the CRC-32 and the length modulo 2^32 of what it holds.
    private void CheckEnd()
    {
        Span<byte> trailer = stackalloc byte[TrailerLength];
        input.Position = Math.Max(0, input.Length - TrailerLength);
        input.ReadExactly(trailer);
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer) != _crc.GetCurrentHashAsUInt32()
            || BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != (uint)_length)
            throw new InvalidDataException("the file is cut off, or is several gzip files in one.");
    }
}
