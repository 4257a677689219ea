using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LimiQuantix.Disks;

/// <summary>Writes and copies files and leaves holes where there is nothing.</summary>
public static class SparseFile
{
    private const int BlockBytes = 64 << 10;
    private const int StepBytes = 8 << 20;

    /// <summary>Writes bytes into a new file, without the blocks of 64 KiB that are zero. The caller sets the file's length.</summary>
    /// <param name="file">A file that reads as zeroes where it is written to.</param>
    /// <param name="bytes">What to write.</param>
    /// <param name="offset">Where, in bytes.</param>
    /// <param name="cancellationToken">Ends the write.</param>
    /// <exception cref="IOException">The file system fails.</exception>
    public static async ValueTask WriteAsync(SafeFileHandle file, ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellationToken = default)
    {
        for (int start = 0; start < bytes.Length;)
        {
            bool zero = IsZero(bytes.Span, start);
            int end = EndOfRun(bytes.Span, start, zero);
            if (!zero)
                await RandomAccess.WriteAsync(file, bytes[start..end], offset + start, cancellationToken).ConfigureAwait(false);
            start = end;
        }
    }

    /// <summary>
    /// Copies a file into a new one: by sharing its blocks where the file system can (reflink), else within the kernel where that can,
    /// else through memory. Holes stay holes. The copy is not flushed; see <see cref="DurableFile.Publish"/>.
    /// </summary>
    /// <param name="source">The file to copy.</param>
    /// <param name="target">The path of the copy, which must not exist. When the copy fails it is there in part, for the caller to delete.</param>
    /// <param name="progress">Gets how many bytes are done, holes included, several times and with the length at the end.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <returns>The length in bytes.</returns>
    /// <exception cref="IOException">The source became shorter, or the file system fails; see <see cref="DurableFile.IsDiskFull"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">The source may not be read or the target not be made.</exception>
    public static Task<long> CopyAsync(string source, string target, Action<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(target);
        // The system calls wait for the disk: they have no place on the caller's thread.
        return Task.Run(() => Copy(source, target, progress, cancellationToken), cancellationToken);
    }

    /// <summary>How many bytes of a file the file system has stored: without its holes. At most its length.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static long MeasureData(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long length = RandomAccess.GetLength(file);
        long data = 0;
        for (long at = 0; NextData(file, at, length) is var (start, end) && start < length; at = end)
            data += end - start;
        return data;
    }

    private static long Copy(string sourcePath, string targetPath, Action<long>? progress, CancellationToken cancellationToken)
    {
        using SafeFileHandle source = File.OpenHandle(sourcePath, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        using SafeFileHandle target = File.OpenHandle(targetPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        long length = RandomAccess.GetLength(source);
        if (!(OperatingSystem.IsLinux() && Native.Control(target, Native.CloneFile, source.DangerousGetHandle()) == 0))
            CopyData(source, target, length, progress, cancellationToken);
        progress?.Invoke(length);
        return length;
    }

    private static void CopyData(SafeFileHandle source, SafeFileHandle target, long length, Action<long>? progress, CancellationToken cancellationToken)
    {
        RandomAccess.SetLength(target, length);
        bool inKernel = OperatingSystem.IsLinux();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            for (long at = 0; NextData(source, at, length) is var (start, end) && start < length; at = end)
            {
                while (start < end)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    long step = Math.Min(StepBytes, end - start);
                    long copied = inKernel ? CopyInKernel(source, target, start, step) : 0;
                    // What the kernel cannot do between these two files goes through memory; so does a step of which it copied nothing.
                    inKernel &= copied > 0;
                    if (copied <= 0)
                        copied = CopyThroughMemory(source, target, start, buffer.AsSpan(0, (int)Math.Min(step, buffer.Length)));
                    start += copied;
                    progress?.Invoke(start);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long CopyInKernel(SafeFileHandle source, SafeFileHandle target, long offset, long length)
    {
        long from = offset, to = offset;
        nint copied;
        do
            copied = Native.CopyFileRange(source, ref from, target, ref to, (nuint)length, 0);
        while (copied < 0 && Marshal.GetLastPInvokeError() == Native.Interrupted);
        // Also a full disk: writing then says so in the framework's words.
        return copied;
    }

    private static int CopyThroughMemory(SafeFileHandle source, SafeFileHandle target, long offset, Span<byte> buffer)
    {
        int read = RandomAccess.Read(source, buffer, offset);
        if (read == 0)
            throw new IOException($"The file ended at byte {offset} while it was copied.");
        ReadOnlySpan<byte> bytes = buffer[..read];
        for (int start = 0; start < read;)
        {
            bool zero = IsZero(bytes, start);
            int end = EndOfRun(bytes, start, zero);
            if (!zero)
                RandomAccess.Write(target, bytes[start..end], offset + start);
            start = end;
        }
        return read;
    }

    /// <summary>The next stretch of data from a position on; the length twice when there is no more.</summary>
    private static (long Start, long End) NextData(SafeFileHandle file, long at, long length)
    {
        if (at >= length)
            return (length, length);
        if (!OperatingSystem.IsLinux())
            return (at, length);
        long start = Native.Seek(file, at, Native.SeekData);
        if (start < 0)
            return Marshal.GetLastPInvokeError() == Native.NoSuchDeviceOrAddress ? (length, length) : (at, length);
        long end = Native.Seek(file, start, Native.SeekHole);
        return (Math.Min(start, length), end <= start ? length : Math.Min(end, length));
    }

    private static int EndOfRun(ReadOnlySpan<byte> bytes, int start, bool zero)
    {
        int end = Math.Min(start + BlockBytes, bytes.Length);
        while (end < bytes.Length && IsZero(bytes, end) == zero)
            end = Math.Min(end + BlockBytes, bytes.Length);
        return end;
    }

    private static bool IsZero(ReadOnlySpan<byte> bytes, int start) =>
        !bytes.Slice(start, Math.Min(BlockBytes, bytes.Length - start)).ContainsAnyExcept((byte)0);
}
