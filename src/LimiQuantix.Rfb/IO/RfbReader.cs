using System.Buffers.Binary;

namespace LimiQuantix.Rfb.IO;

/// <summary>
/// Reads the other side's bytes through one buffer. A parser first makes sure that what it needs is buffered
/// (<see cref="EnsureAsync"/>), then takes it synchronously.
/// </summary>
internal sealed class RfbReader(RfbTransport transport)
{
    /// <summary>The most that one <see cref="EnsureAsync"/> may ask for: a row of the widest desktop fits.</summary>
    public const int Capacity = 256 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(Capacity);
    private int _start;
    private int _end;

    /// <summary>Bytes received and not yet taken.</summary>
    public int Buffered => _end - _start;

    /// <summary>What is buffered. The span is valid until the next asynchronous call.</summary>
    public ReadOnlySpan<byte> Available => _buffer.AsSpan(_start.._end);

    public ValueTask EnsureAsync(int count, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity);
        return Buffered >= count ? ValueTask.CompletedTask : FillAsync(count, ct);
    }

    /// <summary>Waits for more bytes than are buffered.</summary>
    public ValueTask MoreAsync(CancellationToken ct) => EnsureAsync(Buffered + 1, ct);

    /// <summary>Waits for the first byte of a message, for as long as it takes.</summary>
    public async ValueTask WaitAsync(CancellationToken ct)
    {
        if (Buffered > 0)
            return;
        Compact();
        _end += await transport.ReceiveAnyTimeAsync(_buffer.AsMemory(_end), ct).ConfigureAwait(false);
    }

    /// <summary>Bytes made sure of before. The span is valid until the next asynchronous call.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        var span = _buffer.AsSpan(_start.._end)[..count];
        _start += count;
        return span;
    }

    public byte TakeByte() => Take(1)[0];

    public ushort TakeUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint TakeUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public int TakeInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public RfbRectangle TakeRectangle() => new(TakeUInt16(), TakeUInt16(), TakeUInt16(), TakeUInt16());

    public async ValueTask<byte> ReadByteAsync(CancellationToken ct)
    {
        await EnsureAsync(1, ct).ConfigureAwait(false);
        return TakeByte();
    }

    public async ValueTask<uint> ReadUInt32Async(CancellationToken ct)
    {
        await EnsureAsync(4, ct).ConfigureAwait(false);
        return TakeUInt32();
    }

    public async ValueTask ReadExactlyAsync(Memory<byte> destination, CancellationToken ct)
    {
        var buffered = Math.Min(Buffered, destination.Length);
        Take(buffered).CopyTo(destination.Span);
        destination = destination[buffered..];
        while (destination.Length > 0)
        {
            // What is larger than the buffer goes straight to its place.
            if (destination.Length >= Capacity)
            {
                destination = destination[await transport.ReceiveAsync(destination, ct).ConfigureAwait(false)..];
                continue;
            }
            await EnsureAsync(1, ct).ConfigureAwait(false);
            var count = Math.Min(Buffered, destination.Length);
            Take(count).CopyTo(destination.Span);
            destination = destination[count..];
        }
    }

    public async ValueTask SkipAsync(long count, CancellationToken ct)
    {
        while (count > 0)
        {
            await EnsureAsync(1, ct).ConfigureAwait(false);
            var step = (int)Math.Min(Buffered, count);
            _start += step;
            count -= step;
        }
    }

    /// <summary>Reads bytes of a length the other side gave, after checking it. Grows with what arrives: a length alone must not cost memory.</summary>
    public async ValueTask<byte[]> ReadBytesAsync(long length, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        while (length > 0)
        {
            await EnsureAsync(1, ct).ConfigureAwait(false);
            var step = (int)Math.Min(Buffered, length);
            bytes.Write(Take(step));
            length -= step;
        }
        return bytes.ToArray();
    }

    /// <summary>Reads a text of a length the other side gave, up to <paramref name="max"/> bytes; what is beyond is read and forgotten.</summary>
    public async ValueTask<string> ReadTextAsync(long length, int max, System.Text.Encoding encoding, CancellationToken ct)
    {
        var kept = await ReadBytesAsync(Math.Min(length, max), ct).ConfigureAwait(false);
        await SkipAsync(length - kept.Length, ct).ConfigureAwait(false);
        return encoding.GetString(kept);
    }

    private async ValueTask FillAsync(int count, CancellationToken ct)
    {
        while (Buffered < count)
        {
            Compact();
            _end += await transport.ReceiveAsync(_buffer.AsMemory(_end), ct).ConfigureAwait(false);
        }
    }

    private void Compact()
    {
        if (_start == 0)
            return;
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
    }
}
