namespace LimiQuantix.Rfb.IO;

/// <summary>
/// The compressed bytes received and not yet inflated, as the stream an inflater pulls from. It ends where the
/// received bytes end, and goes on when more are added.
/// </summary>
internal sealed class CompressedFeed : Stream
{
    private const int KeptCapacity = 1 << 20;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    public int Unread => _end - _start;

    /// <summary>Whether the last read found nothing.</summary>
    public bool Ended { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Adds <paramref name="count"/> bytes of the server's; memory grows with what arrives, not with what is claimed.</summary>
    public async ValueTask AddAsync(RfbReader reader, long count, CancellationToken ct)
    {
        Compact();
        while (count > 0)
        {
            var step = (int)Math.Min(count, RfbReader.Capacity);
            if (_buffer.Length - _end < step)
                Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _end + step));
            await reader.ReadExactlyAsync(_buffer.AsMemory(_end, step), ct).ConfigureAwait(false);
            _end += step;
            count -= step;
            Ended = false;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = Math.Min(Unread, buffer.Length);
        Ended = count == 0 && buffer.Length > 0;
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Compact()
    {
        var rest = _buffer.AsSpan(_start.._end);
        if (_buffer.Length > KeptCapacity)
            _buffer = rest.ToArray();
        else
            rest.CopyTo(_buffer);
        (_start, _end) = (0, rest.Length);
    }
}
