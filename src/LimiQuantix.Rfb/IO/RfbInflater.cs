using System.IO.Compression;

namespace LimiQuantix.Rfb.IO;

/// <summary>
/// One zlib stream that goes on across rectangles (RFC 1950). The caller takes exactly the bytes a rectangle has, so
/// a small input can never make it inflate more than the rectangle's own size and one window.
/// </summary>
internal sealed class RfbInflater : IDisposable
{
    // How much is inflated in one go: a call for each row of pixels would cost as much as the inflating.
    private const int WindowLength = 64 * 1024;

    // What an encoder's flush may leave behind a rectangle: empty blocks, at most.
    private const int MaxTrailingBytes = 64;

    private byte[] _window = [];
    private CompressedFeed _feed = new();
    private ZLibStream? _zlib;
    private int _start;
    private int _end;

    // Whether all that came is inflated: asking again would only cost.
    private bool _isDrained;

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
        _isDrained = false;
        await _feed.AddAsync(reader, length, ct).ConfigureAwait(false);
    }

    /// <summary>The next inflated bytes: at least <paramref name="wanted"/>, or fewer when that is all the rectangle has left.</summary>
    public ReadOnlySpan<byte> Peek(int wanted)
    {
        if (_end - _start < wanted)
        {
            if (_window.Length < Math.Max(wanted, WindowLength))
                Array.Resize(ref _window, Math.Max(wanted, WindowLength));
            _window.AsSpan(_start.._end).CopyTo(_window);
            (_start, _end) = (0, _end - _start);
            while (_end < wanted && Inflate(_window.AsSpan(_end)) is var count && count > 0)
                _end += count;
        }
        return _window.AsSpan(_start.._end);
    }

    /// <summary>The next whole rows, at least one and at most so many.</summary>
    public ReadOnlySpan<byte> PeekRows(int rowLength, int most)
    {
        var bytes = Peek(rowLength);
        return bytes.Length >= rowLength
            ? bytes[..(Math.Min(bytes.Length / rowLength, most) * rowLength)]
            : throw RfbException.Violation("A compressed rectangle ends before its pixels do.");
    }

    /// <summary>Takes bytes that were peeked at.</summary>
    public void Advance(int count) => _start += count;

    /// <summary>Checks that the rectangle used what it brought.</summary>
    public void EndRectangle()
    {
        Span<byte> more = stackalloc byte[1];
        if (_start != _end || _feed.Unread > MaxTrailingBytes || Inflate(more) > 0)
            throw RfbException.Violation("A compressed rectangle holds more than its pixels.");
    }

    /// <summary>Forgets the stream; the next byte begins a new one.</summary>
    public void Reset()
    {
        Dispose();
        _zlib = null;
        _feed = new CompressedFeed();
        (_start, _end, _isDrained) = (0, 0, false);
    }

    public void Dispose()
    {
        _zlib?.Dispose();
        _feed.Dispose();
    }

    private int Inflate(Span<byte> destination)
    {
        if (_isDrained)
            return 0;
        _zlib ??= new ZLibStream(_feed, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            var count = _zlib.Read(destination);
            _isDrained = count == 0;
            return count;
        }
        // A host may have told .NET to be strict about streams that end without an end; these go on with the next rectangle.
        catch (InvalidDataException) when (_feed.Ended)
        {
            return 0;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new RfbException(RfbErrorCode.ProtocolViolation, "A compressed rectangle is not a valid zlib stream.", e);
        }
    }
}
