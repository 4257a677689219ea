using System.Buffers;
using System.Buffers.Binary;

namespace LibvirtSharp.Rpc;

/// <summary>Cuts what comes in into messages. Memory grows with the bytes that arrive, never with the length that is announced.</summary>
internal sealed class MessageReceiver(int maxLength) : IDisposable
{
    private const int InitialSize = 64 * 1024;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _start;
    private int _end;

    /// <summary>The next message without its length word, if it has arrived whole. Valid until the next call of <see cref="Space"/>.</summary>
    /// <exception cref="LibvirtException">The announced length cannot be a message's.</exception>
    public bool TryRead(out ReadOnlySpan<byte> message)
    {
        message = default;
        if (_end - _start < 4)
            return false;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start));
        if (length < MessageHeader.Size || length > (uint)maxLength)
            throw LibvirtException.Protocol($"The server announces a message of {length} bytes; {MessageHeader.Size} to {maxLength} are allowed.");
        if (_end - _start < (int)length)
            return false;
        message = _buffer.AsSpan(_start + 4, (int)length - 4);
        _start += (int)length;
        return true;
    }

    /// <summary>Where the next bytes go; <see cref="Received"/> says how many came.</summary>
    public Memory<byte> Space()
    {
        MakeRoom();
        return _buffer.AsMemory(_end);
    }

    public void Received(int count) => _end += count;

    public bool IsMidMessage => _end > _start;

    public void Dispose() => Resize(0);

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
