using System.Buffers;
using System.IO.Pipelines;

namespace Ovsdb.Rpc;

/// <summary>
/// Whole messages from a stream. A message waits in pieces of 64 KiB until its end is there, so that it is parsed once and straight into
/// what it becomes; it may be as long as the limit.
/// </summary>
internal sealed class MessageReader(Stream stream, long maxMessageBytes)
{
    private readonly PipeReader _pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, minimumReadSize: 16 * 1024, leaveOpen: true));
    private MessageScanner _scanner;
    private ReadOnlySequence<byte> _buffer;
    private long _scanned;
    private bool _holds;

    /// <summary>The next message; it stays until <see cref="Release"/>. Null at the end of the stream.</summary>
    /// <param name="received">Told whenever something came.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OvsdbException">What came is no message, or one too long, or ends within one.</exception>
    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync(Action received, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_holds && Find() is { } message)
                return message;
            bool inMessage = _holds && !_buffer.IsEmpty;
            if (_holds)
                _pipe.AdvanceTo(_buffer.Start, _buffer.End);
            _holds = false;
            ReadResult result = await _pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            received();
            bool grew = result.Buffer.Length > _scanned;
            _buffer = result.Buffer;
            _holds = true;
            if (result.IsCompleted && !grew)
            {
                return inMessage && HasText()
                    ? throw OvsdbException.Connection("The connection ended within a message.")
                    : null;
            }
        }
    }

    /// <summary>The message that <see cref="ReadAsync"/> gave is read.</summary>
    public void Release(ReadOnlySequence<byte> message)
    {
        _buffer = _buffer.Slice(message.End);
        _scanned = 0;
        if (_buffer.IsEmpty)
        {
            _pipe.AdvanceTo(_buffer.End);
            _holds = false;
        }
    }

    public ValueTask CompleteAsync() => _pipe.CompleteAsync();

    private ReadOnlySequence<byte>? Find()
    {
        foreach (ReadOnlyMemory<byte> piece in _buffer.Slice(_scanned))
        {
            int end = _scanner.Scan(piece.Span);
            _scanned += end < 0 ? piece.Length : end;
            if (_scanned > maxMessageBytes)
                throw OvsdbException.Protocol($"The server sent a message of more than {maxMessageBytes} bytes, the limit of {nameof(OvsdbClientOptions)}.{nameof(OvsdbClientOptions.MaxMessageBytes)}.");
            if (end >= 0)
            {
                _scanner = default;
                return _buffer.Slice(0, _scanned);
            }
        }

        return null;
    }

    private bool HasText()
    {
        foreach (ReadOnlyMemory<byte> piece in _buffer)
        {
            if (piece.Span.ContainsAnyExcept(" \r\n\t"u8))
                return true;
        }

        return false;
    }
}
