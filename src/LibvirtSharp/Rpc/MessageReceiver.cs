using System.Buffers;
using System.Buffers.Binary;

namespace LibvirtSharp.Rpc;

/// <summary>Cuts what comes in into messages. Memory grows with the bytes that arrive, never with the length that is announced.</summary>
internal sealed class MessageReceiver(int maxLength) : IDisposable
{
    private const int InitialSize = 64 * 1024;

    /// <summary>A message from this size on is received up to its end and no further, so that its buffer can be given away.</summary>
    private const int Large = 32 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _start;
    private int _end;
    private int _last;

    /// <summary>The message that was read last, without its length word. Valid until the next call of <see cref="Space"/> or <see cref="TakePiece"/>.</summary>
    public ReadOnlySpan<byte> Message => _buffer.AsSpan(_start - _last + 4, _last - 4);

    /// <summary>Reads the next message, if it has arrived whole.</summary>
    /// <exception cref="LibvirtException">The announced length cannot be a message's.</exception>
    public bool TryRead()
    {
        if (Announced() is not { } length || _end - _start < length)
            return false;
        _last = length;
        _start += length;
        return true;
    }

    /// <summary>The last message's payload as a piece of its own; a large one is not copied but takes the buffer with it.</summary>
    public StreamPiece TakePiece()
    {
        int length = _last - MessageHeader.Size;
        int offset = _start - length;
        if (_start == _end && length >= Large)
        {
            byte[] given = _buffer;
            _buffer = ArrayPool<byte>.Shared.Rent(given.Length);
            _start = _end = 0;
            return new StreamPiece(given, offset, length, 0);
        }
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        _buffer.AsSpan(offset, length).CopyTo(copy);
        return new StreamPiece(copy, 0, length, 0);
    }

    /// <summary>Where the next bytes go; <see cref="Received"/> says how many came.</summary>
    public Memory<byte> Space()
    {
        MakeRoom();
        // The next message is as long as its length word says or, where that is still to come, probably as long as the last.
        int wanted = Announced() ?? _last;
        int space = _buffer.Length - _end;
        return _buffer.AsMemory(_end, wanted < Large ? space : Math.Min(space, Math.Max(4, _start + wanted - _end)));
    }

    public void Received(int count) => _end += count;

    public bool IsMidMessage => _end > _start;

    public void Dispose() => Resize(0);

    private int? Announced()
    {
        if (_end - _start < 4)
            return null;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start));
        if (length < MessageHeader.Size || length > (uint)maxLength)
            throw LibvirtException.Protocol($"The server announces a message of {length} bytes; {MessageHeader.Size} to {maxLength} are allowed.");
        return (int)length;
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            if (_buffer.Length > InitialSize * 8)
                Resize(InitialSize);
            return;
        }
        if (_start > _buffer.Length / 2)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
            Resize(_buffer.Length * 2);
    }

    private void Resize(int size)
    {
        byte[] old = _buffer;
        _buffer = size == 0 ? [] : ArrayPool<byte>.Shared.Rent(size);
        old.AsSpan(_start, Math.Min(_end - _start, _buffer.Length)).CopyTo(_buffer);
        _end = Math.Min(_end - _start, _buffer.Length);
        _start = 0;
        if (old.Length > 0)
            ArrayPool<byte>.Shared.Return(old);
    }
}
