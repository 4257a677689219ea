using System.Buffers;
using LimiQuantix.Guest.Agent.Loop;

namespace LimiQuantix.Guest.Agent.Sessions;

/// <summary>What waits to be written to the host; filled by any thread, emptied by the loop alone; each session has its own. Control goes before data, never in the midst of a frame.</summary>
internal sealed class Outbox(EventLoop loop)
{
    /// <summary>More data than this is not queued: programs' pipes are left full and workers wait.</summary>
    public const int MaxData = 128 * 1024;

    private readonly object _lock = new();
    private readonly Queue<byte[]> _control = new();
    private readonly Queue<(byte[] Buffer, int Length)> _data = new();
    private byte[]? _current;
    private int _length;
    private bool _isRented;
    private int _written;
    private int _dataBytes;

    public bool HasRoom
    {
        get
        {
            lock (_lock)
                return _dataBytes < MaxData;
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _current is null && _control.Count == 0 && _data.Count == 0;
        }
    }

    public void Control(byte[] frame)
    {
        lock (_lock)
            _control.Enqueue(frame);
        loop.Wake();
    }

    /// <summary>Queues a frame in a buffer of the shared pool, which gets it back.</summary>
    public void Data(byte[] rented, int length)
    {
        lock (_lock)
        {
            _data.Enqueue((rented, length));
            _dataBytes += length;
        }

        loop.Wake();
    }

    /// <summary>For a worker: waits until data may be queued, or a while.</summary>
    public void WaitForRoom()
    {
        lock (_lock)
        {
            if (_dataBytes >= MaxData)
                Monitor.Wait(_lock, 1000);
        }
    }

    /// <summary>Writes until the port takes no more.</summary>
    public void Write(Port port)
    {
        for (int writes = 0; writes < 32; writes++)
        {
            if (_current is null && !TryNext())
                break;
            int written = port.Write(_current.AsSpan(_written, _length - _written));
            if (written == 0 || _current is null)
                break;
            _written += written;
            if (_written < _length)
                continue;
            if (_isRented)
                ArrayPool<byte>.Shared.Return(_current);
            _current = null;
        }

        port.WantsToWrite = !IsEmpty;
    }

    private bool TryNext()
    {
        lock (_lock)
        {
            _written = 0;
            _isRented = !_control.TryDequeue(out _current);
            if (!_isRented)
            {
                _length = _current!.Length;
                return true;
            }

            if (!_data.TryDequeue(out (byte[] Buffer, int Length) data))
                return false;
            (_current, _length) = data;
            _dataBytes -= _length;
            Monitor.PulseAll(_lock);
            return true;
        }
    }
}
