using System.Buffers.Binary;

namespace LimiQuantix.Guest.Wire;

/// <summary>
/// Finds frames in what a byte pipe gives, however it is cut. It begins by hunting: whatever precedes a frame that begins a session is passed
/// over, byte by byte, so that nothing left in the pipe can be taken for a length. Once such a frame was found, frames must follow each other
/// without a gap. Memory is one fixed buffer.
/// </summary>
/// <param name="opening">The type that begins a session on this side: Hello at the agent, Welcome at the host.</param>
/// <param name="accepts">Whether such a frame is the one that is waited for; null: each is.</param>
internal sealed class FrameReader(FrameType opening, Func<FrameHeader, ReadOnlyMemory<byte>, bool>? accepts = null)
{
    /// <summary>The longest payload of a Hello or Welcome.</summary>
    public const int MaxOpening = 4096;

    private readonly byte[] _buffer = new byte[FrameHeader.Size + FrameHeader.MaxPayload + 4096];
    private int _start;
    private int _end;
    private int _hunted;

    /// <summary>Whether the next frame must be one that begins a session.</summary>
    public bool IsHunting { get; private set; } = true;

    /// <summary>How many bytes were passed over while hunting.</summary>
    public long Skipped { get; private set; }

    /// <summary>Whether a frame has begun and is not whole.</summary>
    public bool IsMidFrame => _end > _start;

    /// <summary>Where the next bytes go: never empty, as long as <see cref="TryRead"/> was called until it gave nothing.</summary>
    public Memory<byte> Free()
    {
        if (_start == _end)
        {
            _start = _end = _hunted = 0;
        }
        else if (_buffer.Length - _end < 4096 && _start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _hunted = Math.Max(0, _hunted - _start);
            _end -= _start;
            _start = 0;
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>So many bytes were put where <see cref="Free"/> said.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _end);
        _end += count;
    }

    /// <summary>The next whole frame, if there is one. The payload stays valid until the next call of <see cref="Free"/>.</summary>
    /// <exception cref="FrameException">What follows is no frame; call <see cref="Hunt"/> to go on.</exception>
    public bool TryRead(out FrameHeader header, out ReadOnlyMemory<byte> payload)
    {
        if (IsHunting)
            return TryHunt(out header, out payload);
        header = default;
        payload = default;
        if (_end - _start < FrameHeader.Size)
        {
            // A wrong first byte is told at once: 27 more might never come.
            if (_end > _start && !IsPrefixOfMagic(_buffer.AsSpan(_start, Math.Min(4, _end - _start))))
                throw new FrameException("what follows does not begin as a frame does");
            return false;
        }

        if (!FrameHeader.TryRead(_buffer.AsSpan(_start, FrameHeader.Size), out header))
            throw new FrameException("what follows is no frame: its header is not what its checksum says");
        if (_end - _start - FrameHeader.Size < header.Length)
            return false;
        payload = _buffer.AsMemory(_start + FrameHeader.Size, header.Length);
        if (FrameHeader.Crc32C(payload.Span) != header.Checksum)
            throw new FrameException($"a {header.Type} frame of {header.Length} bytes is not what its checksum says");
        _start += FrameHeader.Size + header.Length;
        return true;
    }

    /// <summary>Looks for the beginning of a session from the byte after the one that was wrong; nothing else is read until it is found.</summary>
    public void Hunt()
    {
        if (IsHunting)
            return;
        IsHunting = true;
        if (_start < _end)
        {
            _start++;
            Skipped++;
        }

        _hunted = _start;
    }

    /// <summary>Forgets what has come and hunts.</summary>
    public void Reset()
    {
        IsHunting = true;
        _start = _end = _hunted = 0;
    }

    /// <summary>
    /// For a reader that is stuck in the midst of a frame: the other side may have died there and begun anew, so that its Hello lies in what
    /// looks like the payload. True when what has come ends with exactly such a frame; the reader then hunts and will find it.
    /// </summary>
    public bool HuntIfStuck()
    {
        if (IsHunting || _end - _start <= FrameHeader.Size)
            return false;
        for (int at = _start + 1; at <= _end - FrameHeader.Size; at++)
        {
            if (IsOpening(at, out FrameHeader header, out _) && at + FrameHeader.Size + header.Length == _end)
            {
                Skipped += at - _start;
                _start = _hunted = at;
                IsHunting = true;
                return true;
            }
        }

        return false;
    }

    private bool TryHunt(out FrameHeader header, out ReadOnlyMemory<byte> payload)
    {
        int keep = -1;
        for (int at = Math.Max(_start, _hunted); at < _end; at++)
        {
            int left = _end - at;
            if (left < FrameHeader.Size)
            {
                if (!IsPrefixOfMagic(_buffer.AsSpan(at, Math.Min(4, left))))
                    continue;
                keep = keep < 0 ? at : keep;
                break;
            }

            if (IsOpening(at, out header, out bool begun))
            {
                payload = _buffer.AsMemory(at + FrameHeader.Size, header.Length);
                if (accepts?.Invoke(header, payload) ?? true)
                {
                    Skipped += at - _start;
                    _start = _hunted = at + FrameHeader.Size + header.Length;
                    IsHunting = false;
                    return true;
                }
            }
            else if (begun && keep < 0)
            {
                // Its end may still come; meanwhile a whole one may lie behind its beginning.
                keep = at;
            }
        }

        int next = keep < 0 ? _end : keep;
        Skipped += next - _start;
        _start = _hunted = next;
        header = default;
        payload = default;
        return false;
    }

    private bool IsOpening(int at, out FrameHeader header, out bool begun)
    {
        begun = false;
        if (!FrameHeader.TryRead(_buffer.AsSpan(at, FrameHeader.Size), out header) || header.Type != opening || header.Length > MaxOpening)
            return false;
        begun = _end - at - FrameHeader.Size < header.Length;
        return !begun && FrameHeader.Crc32C(_buffer.AsSpan(at + FrameHeader.Size, header.Length)) == header.Checksum;
    }

    private static bool IsPrefixOfMagic(ReadOnlySpan<byte> bytes)
    {
        Span<byte> magic = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, FrameHeader.Magic);
        return magic.StartsWith(bytes);
    }
}

/// <summary>What came is no frame, or no frame of this session: the session is over.</summary>
internal sealed class FrameException(string message) : Exception(message);
