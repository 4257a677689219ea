namespace LibvirtSharp;

/// <summary>
/// Reads and writes of a stream that may be a file. A file opened without asynchronous IO blocks a thread of the pool in any case;
/// here the caller already runs on one, and a second to wake for each piece would cost more than the copy.
/// </summary>
internal static class FileStreams
{
    public static ValueTask WritePieceAsync(this Stream stream, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (stream is not FileStream { IsAsync: false } file)
            return stream.WriteAsync(piece, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        file.Write(piece.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>Fills the buffer, unless the stream ends before.</summary>
    public static ValueTask<int> ReadPieceAsync(this Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (stream is not FileStream { IsAsync: false } file)
            return stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<int>(file.ReadAtLeast(buffer.Span, buffer.Length, throwOnEndOfStream: false));
    }
}
