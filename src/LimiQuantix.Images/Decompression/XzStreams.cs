using SharpCompress.Compressors.Xz;

namespace LimiQuantix.Images.Decompression;

/// <summary>
/// A whole .xz file: streams one after another with padding of zeros between them (The .xz File Format §2). Each stream's window is
/// checked before a decoder allocates it.
/// </summary>
internal sealed class XzStreams(FileStream input, long maximumWindowBytes) : Stream
{
    private XZStream? _current;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        while (true)
        {
            if (_current is null && !OpenNext()) return 0;
            var read = _current!.Read(buffer, offset, count);
            if (read > 0 || count == 0) return read;
            _current = null;
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private bool OpenNext()
    {
        int next;
        do
        {
            next = input.ReadByte();
        }
        while (next == 0);

        if (next < 0) return false;
        input.Position--;
        XzWindow.Check(input, maximumWindowBytes);
        _current = new XZStream(input);
        return true;
    }
}
