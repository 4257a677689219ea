using Microsoft.Win32.SafeHandles;

namespace LimiQuantix.Core.Images.Download;

/// <summary>Writes bytes into a new file and leaves holes where they are zero. The caller sets the length.</summary>
internal static class SparseFile
{
    private const int BlockBytes = 64 << 10;

    public static async ValueTask WriteAsync(SafeFileHandle file, ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellationToken)
    {
        for (var start = 0; start < bytes.Length;)
        {
            var zero = IsZero(bytes, start);
            var end = Math.Min(start + BlockBytes, bytes.Length);
            while (end < bytes.Length && IsZero(bytes, end) == zero) end = Math.Min(end + BlockBytes, bytes.Length);
            if (!zero) await RandomAccess.WriteAsync(file, bytes[start..end], offset + start, cancellationToken).ConfigureAwait(false);
            start = end;
        }
    }

    private static bool IsZero(ReadOnlyMemory<byte> bytes, int start) =>
        !bytes.Span.Slice(start, Math.Min(BlockBytes, bytes.Length - start)).ContainsAnyExcept((byte)0);
}
