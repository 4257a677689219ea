namespace LibvirtSharp;

/// <summary>
/// Reads and writes of a stream that may be a file. A file opened without asynchronous IO blocks a thread of the pool in any case;
/// here the caller already runs on one, and a second to wake for each piece would cost more than the copy.
/// </summary>
internal static class FileStreams
{
    private const int LargestZeros = 64 * 1024;

    public static ValueTask WritePieceAsync(this Stream stream, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (stream is not FileStream { IsAsync: false } file)
            return stream.WriteAsync(piece, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        file.Write(piece.Span);
        return ValueTask.CompletedTask;
    }

    public static async Task WriteZerosAsync(this Stream stream, long count, CancellationToken cancellationToken)
    {
        byte[] zeros = new byte[Math.Min(count, LargestZeros)];
        for (long left = count; left > 0; left -= zeros.Length)
            await stream.WritePieceAsync(zeros.AsMemory(0, (int)Math.Min(left, zeros.Length)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether what is beyond its end may be left out and is zero then. A block device can seek and says that its length is zero.</summary>
    public static bool CanHaveHoles(this Stream stream) => stream.CanSeek
        && (stream is not FileStream file
            || !(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
            || SparseFile.End(file.SafeFileHandle) == file.Length);

    /// <summary>Fills the buffer, unless the stream ends before.</summary>
    public static ValueTask<int> ReadPieceAsync(this Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (stream is not FileStream { IsAsync: false } file)
            return stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<int>(file.ReadAtLeast(buffer.Span, buffer.Length, throwOnEndOfStream: false));
    }
}
