namespace LimiQuantix.Images.Decompression;

/// <summary>Reads how much memory an .xz stream wants (The .xz File Format §3.1, §5.3.1) and refuses too much.</summary>
internal static class XzWindow
{
    private const int StreamHeaderLength = 12;
    private const int MaximumBlockHeaderLength = 1024;
    private const ulong Lzma2 = 0x21;

    /// <summary>Looks at the stream's first block; the position does not change.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.UnsupportedFormat"/>.</exception>
    public static void Check(Stream input, long maximumBytes)
    {
        var start = input.Position;
        var head = new byte[StreamHeaderLength + MaximumBlockHeaderLength];
        var length = input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        input.Position = start;
        if (length <= StreamHeaderLength) return;
        var window = Read(head.AsSpan(StreamHeaderLength, length - StreamHeaderLength));
        if (window <= maximumBytes) return;
        throw new LimiQuantixException(
            ErrorCodes.UnsupportedFormat,
            $"The image's xz data needs a window of {window} bytes, {maximumBytes} are allowed.",
            "Compress it with a smaller dictionary: xz -9 needs 64 MiB.");
    }

    /// <summary>The window of a block header, or 0 when it names none: the decoder then reports what is wrong.</summary>
    private static long Read(ReadOnlySpan<byte> header)
    {
        // Size byte, flags; an index (size byte 0) is the end of a stream without blocks.
        if (header.Length < 2 || header[0] == 0) return 0;
        var flags = header[1];
        var rest = header[2..Math.Min(header.Length, (header[0] + 1) * 4)];
        if ((flags & 0x40) != 0 && !TryReadInteger(ref rest, out _)) return 0;
        if ((flags & 0x80) != 0 && !TryReadInteger(ref rest, out _)) return 0;
        for (var filter = 0; filter <= (flags & 3); filter++)
        {
            if (!TryReadInteger(ref rest, out var id) || !TryReadInteger(ref rest, out var size) || size > (ulong)rest.Length) return 0;
            if (id == Lzma2) return size == 1 ? WindowOf(rest[0] & 0x3F) : 0;
            rest = rest[(int)size..];
        }

        return 0;
    }

    private static long WindowOf(int bits) => bits >= 40 ? uint.MaxValue : (2L | (uint)(bits & 1)) << ((bits / 2) + 11);

    // §1.2: seven bits a byte, the lowest first, at most nine bytes.
    private static bool TryReadInteger(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < 9 && i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if ((bytes[i] & 0x80) != 0) continue;
            bytes = bytes[(i + 1)..];
            return true;
        }

        return false;
    }
}
