using System.Buffers.Binary;
using System.Text;

namespace LimiQuantix.Storage.Directory;

/// <summary>What a qcow2 header (QEMU's docs/interop/qcow2.txt) says about size and backing: all that the pool derives from a file.</summary>
internal sealed record Qcow2Facts
{
    private const int HeaderLength = 72;
    private const int MaxBackingName = 1023;

    private static ReadOnlySpan<byte> Magic => [(byte)'Q', (byte)'F', (byte)'I', 0xFB];

    public required long VirtualSizeBytes { get; init; }

    /// <summary>The backing file's name as the header has it; null without one.</summary>
    public string? BackingFile { get; init; }

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.DataCorrupt"/>: not a qcow2 image.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Qcow2Facts Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Span<byte> header = stackalloc byte[HeaderLength];
        if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength
            || !header.StartsWith(Magic))
            throw Corrupt(path, "is not a qcow2 image");
        ulong size = BinaryPrimitives.ReadUInt64BigEndian(header[24..]);
        if (size > long.MaxValue)
            throw Corrupt(path, "has an impossible size");
        return new Qcow2Facts { VirtualSizeBytes = (long)size, BackingFile = ReadBackingFile(file, header, path) };
    }

    private static string? ReadBackingFile(FileStream file, ReadOnlySpan<byte> header, string path)
    {
        ulong offset = BinaryPrimitives.ReadUInt64BigEndian(header[8..]);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header[16..]);
        if (offset == 0)
            return null;
        if (length is 0 or > MaxBackingName || offset > (ulong)file.Length)
            throw Corrupt(path, "has an impossible backing file name");
        Span<byte> name = stackalloc byte[(int)length];
        file.Position = (long)offset;
        if (file.ReadAtLeast(name, name.Length, throwOnEndOfStream: false) < name.Length)
            throw Corrupt(path, "ends inside its backing file's name");
        return Encoding.UTF8.GetString(name);
    }

    private static LimiQuantixException Corrupt(string path, string reason) =>
        new(ErrorCodes.DataCorrupt, $"The pool's file {reason}.", "Look at it with qemu-img check; restore or remove it.", path);
}
