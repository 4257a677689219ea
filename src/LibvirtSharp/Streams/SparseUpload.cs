using System.Buffers;

namespace LibvirtSharp;

/// <summary>Copies a stream into a sparse upload to a volume without data: zeros become holes.</summary>
internal static class SparseUpload
{
    public const int BufferSize = 1024 * 1024;

    /// <summary>Zeros are looked for in blocks of this size, as file systems allocate.</summary>
    private const int Block = 64 * 1024;

    /// <param name="source">Where the bytes come from.</param>
    /// <param name="destination">Begun at the volume's beginning.</param>
    /// <param name="capacity">The volume's size, which a hole before its end would cut down to where it ends.</param>
    /// <param name="progress">Told the bytes that are done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task CopyAsync(Stream source, LibvirtStream destination, long capacity, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long done = 0;
            long hole = 0;
            while (true)
            {
                long skipped = SeekToData(source);
                hole += skipped;
                done += skipped;
                int count = await source.ReadPieceAsync(buffer.AsMemory(0, BufferSize), cancellationToken).ConfigureAwait(false);
                for (int start = 0; start < count;)
                {
                    int length = Run(buffer.AsSpan(start, count - start), out bool zeros);
                    if (zeros)
                    {
                        hole += length;
                    }
                    else
                    {
                        await SendHoleAsync(destination, hole, cancellationToken).ConfigureAwait(false);
                        hole = 0;
                        await destination.WriteAsync(buffer.AsMemory(start, length), cancellationToken).ConfigureAwait(false);
                    }
                    start += length;
                }
                done += count;
                progress?.Report(done);
                if (count < BufferSize)
                    break;
            }
            await SendHoleAsync(destination, hole + Math.Max(0, capacity - done), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The length of the data, or of the zeros, that the bytes begin with, in whole blocks.</summary>
    private static int Run(ReadOnlySpan<byte> bytes, out bool zeros)
    {
        int length = Math.Min(Block, bytes.Length);
        zeros = !bytes[..length].ContainsAnyExcept((byte)0);
        while (length < bytes.Length)
        {
            int next = Math.Min(Block, bytes.Length - length);
            if (bytes.Slice(length, next).ContainsAnyExcept((byte)0) == zeros)
                break;
            length += next;
        }
        return length;
    }

    /// <summary>Moves a file over a hole at its position. Gives how far.</summary>
    private static long SeekToData(Stream source)
    {
        if (source is not FileStream { CanSeek: true } file || !(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()))
            return 0;
        long position = file.Position;
        long data = SparseFile.NextData(file.SafeFileHandle, position, file.Length);
        if (data <= position)
            return 0;
        file.Position = data;
        return data - position;
    }

    private static Task SendHoleAsync(LibvirtStream destination, long length, CancellationToken cancellationToken) =>
        length == 0 ? Task.CompletedTask : destination.WriteHoleAsync(length, cancellationToken);
}
