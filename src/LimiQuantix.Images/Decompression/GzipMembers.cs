using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace LimiQuantix.Images.Decompression;

/// <summary>
/// A whole .gz file: members one after another (RFC 1952 §2.2), and zeros behind the last one, as tapes and block devices leave them. The
/// end of each member is checked: the runtime's stream takes a file that was cut off for a whole one, and ends where members are damaged.
/// </summary>
internal sealed class GzipMembers(FileStream input) : ForwardStream
{
    private const int TrailerLength = 8;
    private const int ShownBytes = 8;
    private readonly InputWindow _window = new(input);
    private readonly Crc32 _crc = new();
    private DeflateStream? _member;
    private long _memberLength;
    private bool _hasEnded;

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty && !_hasEnded)
        {
            if (_member is null)
            {
                GzipHeader.Skip(input);
                _member = new DeflateStream(_window, CompressionMode.Decompress, leaveOpen: true);
            }

            var read = _member.Read(buffer);
            _crc.Append(buffer[..read]);
            _memberLength += read;
            if (read > 0) return read;
            EndMember();
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _member?.Dispose();
        base.Dispose(disposing);
    }

    // §2.3.1: a member ends with the CRC-32 and the length modulo 2^32 of what it holds. Deflate does not tell how much of its input it
    // left over, but that is at most what it took last; the eight bytes are looked for there.
    private void EndMember()
    {
        Span<byte> trailer = stackalloc byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _crc.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)_memberLength);
        var tail = new byte[_window.LastLength + TrailerLength];
        input.Position = _window.LastPosition;
        var length = input.ReadAtLeast(tail, tail.Length, throwOnEndOfStream: false);
        var end = FindEnd(tail.AsSpan(0, length), trailer) ??
            throw new InvalidDataException("the file is cut off, or its bytes are not those that its check was made of.");
        input.Position = _window.LastPosition + end;
        _member!.Dispose();
        _member = null;
        _crc.Reset();
        _memberLength = 0;
        _hasEnded = !IsMemberNext();
    }

    // The eight bytes of an empty member are zeros, and so is the byte before: of several places the one with an end behind it counts.
    private int? FindEnd(ReadOnlySpan<byte> tail, ReadOnlySpan<byte> trailer)
    {
        int? end = null;
        for (int from = 0, found; (found = tail[from..].IndexOf(trailer)) >= 0; from += found + 1)
        {
            end = from + found + TrailerLength;
            input.Position = _window.LastPosition + end.Value;
            if (input.Position == input.Length || IsMagicNext()) break;
        }

        return end;
    }

    private bool IsMagicNext()
    {
        var start = input.Position;
        var isMagic = input.ReadByte() == GzipHeader.Magic0 && input.ReadByte() == GzipHeader.Magic1;
        input.Position = start;
        return isMagic;
    }

    private bool IsMemberNext()
    {
        if (IsMagicNext()) return true;
        var buffer = new byte[64 << 10];
        for (int read; (read = input.Read(buffer)) > 0;)
        {
            var other = buffer.AsSpan(0, read).IndexOfAnyExcept((byte)0);
            if (other < 0) continue;
            var at = input.Position - read + other;
            throw new InvalidDataException(
                $"behind its last gzip member come bytes that are neither gzip nor padding with zeros: {Convert.ToHexString(buffer, other, Math.Min(ShownBytes, read - other))} at byte {at}.");
        }

        return false;
    }
}

/// <summary>The header of a gzip member (RFC 1952 §2.3).</summary>
internal static class GzipHeader
{
    public const byte Magic0 = 0x1F;
    public const byte Magic1 = 0x8B;
    private const int Length = 10;
    private const byte Deflate = 8;
    private const int MaximumText = 64 << 10;

    /// <summary>Goes behind the header.</summary>
    public static void Skip(Stream input)
    {
        Span<byte> header = stackalloc byte[Length];
        input.ReadExactly(header);
        if (header[0] != Magic0 || header[1] != Magic1) throw new InvalidDataException("a gzip member does not begin as one.");
        if (header[2] != Deflate) throw Unsupported($"compression method {header[2]}");
        var flags = (Flags)header[3];
        if ((flags & Flags.Reserved) != 0) throw Unsupported($"flags {header[3]:x2}");
        if (flags.HasFlag(Flags.Extra))
        {
            Span<byte> size = stackalloc byte[2];
            input.ReadExactly(size);
            input.Position += BinaryPrimitives.ReadUInt16LittleEndian(size);
        }

        if (flags.HasFlag(Flags.Name)) SkipText(input);
        if (flags.HasFlag(Flags.Comment)) SkipText(input);
        if (flags.HasFlag(Flags.HeaderCheck)) input.Position += 2;
    }

    private static void SkipText(Stream input)
    {
        for (var length = 0; length < MaximumText; length++)
        {
            var next = input.ReadByte();
            if (next == 0) return;
            if (next < 0) throw new EndOfStreamException("the file is cut off in a gzip header.");
        }

        throw new InvalidDataException($"a text in a gzip header has more than {MaximumText} bytes.");
    }

    private static LimiQuantixException Unsupported(string what) => Decompression.Unsupported($"The image's gzip data has {what}, which is not known.");

    [Flags]
    private enum Flags : byte
    {
        HeaderCheck = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
        Reserved = 0xE0,
    }
}

/// <summary>Remembers where the last bytes that were taken lie.</summary>
internal sealed class InputWindow(FileStream input) : ForwardStream
{
    public long LastPosition { get; private set; } = input.Position;

    public int LastLength { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var position = input.Position;
        var read = input.Read(buffer);
        // At the end the bytes before are still the last ones that were taken.
        if (read > 0) (LastPosition, LastLength) = (position, read);
        return read;
    }
}
