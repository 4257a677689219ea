using Renci.SshNet.Compression;

namespace LibvirtSharp.Ssh;

/// <summary>
/// Bounds what has arrived and is not yet read. SSH.NET grants the host a window of 2 GiB and keeps in memory whatever comes; the
/// only part of its public surface that sees a packet before that is the compression. This is RFC 4253's "none", which makes
/// SSH.NET's receiving thread wait while too much is held; TCP then makes the host wait.
/// </summary>
internal sealed class ReceiveGate(int bound) : Compressor(delayedCompression: false)
{
    private const byte ChannelData = 94;
    private const byte ChannelExtendedData = 95;
    private const int DataHeader = 9;
    private const int SaidBound = 16 * 1024;
    private readonly object _lock = new();
    private Stream? _said;
    private long _held;
    private bool _waiting;
    private bool _open;

    public override string Name => "none";

    /// <summary>The receiving thread waits: nothing more arrives until <see cref="Taken"/>.</summary>
    public bool IsWaiting
    {
        get
        {
            // After what lets it go on, the thread waits until it runs again.
            lock (_lock)
                return _waiting && IsShut;
        }
    }

    /// <summary>What has arrived and is not yet taken.</summary>
    public long Held
    {
        get
        {
            lock (_lock)
                return _held;
        }
    }

    /// <summary>Of what the program says on its standard error, which is read only when it has ended, the last is kept.</summary>
    public void Keep(Stream said) => _said = said;

    public void Taken(int count)
    {
        lock (_lock)
        {
            _held -= count;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Holds up nothing any more: the stream is going.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _open = true;
            Monitor.PulseAll(_lock);
        }
    }

    protected override byte[] CompressCore(byte[] data, int offset, int length) => data.AsSpan(offset, length).ToArray();

    protected override byte[] DecompressCore(byte[] data, int offset, int length)
    {
        if (length >= DataHeader && data[offset] == ChannelData)
            Enter(length - DataHeader);
        else if (length > 0 && data[offset] == ChannelExtendedData)
            ForgetWhatWasSaidFirst();
        return data.AsSpan(offset, length).ToArray();
    }

    /// <summary>Asked with the lock held.</summary>
    private bool IsShut => _held >= bound && !_open;

    private void Enter(int count)
    {
        lock (_lock)
        {
            while (IsShut)
            {
                _waiting = true;
                Monitor.Wait(_lock);
            }
            _waiting = false;
            _held += count;
        }
    }

    private void ForgetWhatWasSaidFirst()
    {
        byte[] forgotten = new byte[SaidBound];
        while (_said is { } said && said.Length > SaidBound)
            _ = said.Read(forgotten, 0, (int)Math.Min(SaidBound, said.Length - SaidBound));
    }
}
