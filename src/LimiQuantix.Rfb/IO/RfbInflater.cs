using System.IO.Compression;

namespace LimiQuantix.Rfb.IO;

/// <summary>
/// One zlib stream that goes on across rectangles (RFC 1950). The caller takes exactly the bytes a rectangle has, so
/// a small input can never make it inflate more than the rectangle's own size.
/// </summary>
internal sealed class RfbInflater : IDisposable
{
    // What an encoder's flush may leave behind a rectangle: empty blocks, at most.
    private const int MaxTrailingBytes = 64;

    private readonly byte[] _window = new byte[8192];
    private CompressedFeed _feed = new();
    private ZLibStream? _zlib;
    private int _start;
    private int _end;

    /// <summary>Receives a rectangle's compressed bytes.</summary>
    /// <param name="reader">Where they come from.</param>
    /// <param name="length">How many the server announced.</param>
    /// <param name="inflatedLength">The most they may inflate to.</param>
    /// <param name="ct">Ends the wait.</param>
    public async ValueTask ReceiveAsync(RfbReader reader, long length, long inflatedLength, CancellationToken ct)
    {
        // No encoder expands its input beyond this; stored blocks add five bytes in 16 KiB, a flush a few more.
        if (length > 2 * inflatedLength + 65536)
            throw RfbException.Limit($"{length} compressed bytes are announced for a rectangle of {inflatedLength}.");
        await _feed.AddAsync(reader, length, ct).ConfigureAwait(false);
    }

    public byte ReadByte()
    {
        if (_start == _end)
            Fill();
        return _window[_start++];
    }

    public void ReadExactly(Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            if (_start == _end)
                Fill();
            var count = Math.Min(_end - _start, destination.Length);
            _window.AsSpan(_start, count).CopyTo(destination);
            _start += count;
            destination = destination[count..];
        }
    }

    /// <summary>Checks that the rectangle used what it brought.</summary>
    public void EndRectangle()
    {
        if (_start != _end || _feed.Unread > MaxTrailingBytes)
            throw RfbException.Violation("A compressed rectangle holds more than its pixels.");
    }

    /// <summary>Forgets the stream; the next byte begins a new one.</summary>
    public void Reset()
    {
        Dispose();
        _zlib = null;
        _feed = new CompressedFeed();
        (_start, _end) = (0, 0);
    }

    public void Dispose()
    {
        _zlib?.Dispose();
        _feed.Dispose();
    }

    private void Fill()
    {
        _zlib ??= new ZLibStream(_feed, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            (_start, _end) = (0, _zlib.Read(_window));
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new RfbException(RfbErrorCode.ProtocolViolation, "A compressed rectangle is not a valid zlib stream.", e);
        }
        if (_end == 0)
            throw RfbException.Violation("A compressed rectangle ends before its pixels do.");
    }
}
