using System.IO.Pipelines;
using Renci.SshNet;

namespace LibvirtSharp.Ssh;

/// <summary>
/// The proxy program's input and output as one stream. SSH.NET's own streams block, so what arrives has a thread of its own
/// between them and a bounded pipe; while that is full, the gate lets nothing more arrive.
/// </summary>
internal sealed class SshProxyStream : Stream
{
    private const int Buffer = 256 * 1024;
    private readonly SshClient _client;
    private readonly SshCommand _command;
    private readonly ReceiveGate _gate;
    private readonly Pipe _incoming = new(new PipeOptions(pauseWriterThreshold: 4 * Buffer, resumeWriterThreshold: Buffer, useSynchronizationContext: false));
    private readonly Stream _input;
    private readonly Stream _reader;
    private readonly Task _running;
    private readonly Task _receiving;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _full;
    private int _disposed;

    public SshProxyStream(SshClient client, SshCommand command, ReceiveGate gate)
    {
        _client = client;
        _command = command;
        _gate = gate;
        gate.Keep(command.ExtendedOutputStream);
        _running = command.ExecuteAsync(CancellationToken.None);
        _input = Input(command);
        // From here on it bounds only how long a write waits for the host to take it, which may be as long as a reader here takes.
        client.ConnectionInfo.Timeout = Timeout.InfiniteTimeSpan;
        _reader = _incoming.Reader.AsStream();
        _receiving = ReceiveAsync();
    }

    /// <summary>What bounds the memory of this stream when nobody reads it; half of it here, half in the pipe.</summary>
    public static ReceiveGate NewGate() => new(4 * Buffer);

    /// <summary>What has arrived and is not yet where a reader finds it.</summary>
    internal long Held => _gate.Held;

    /// <summary>Nothing more arrives until somebody reads. In this order: with the pipe full, nothing opens the gate but a reader.</summary>
    internal bool IsHeldUp => _full && _gate.IsWaiting;

    /// <summary>Completes when, after disposal, neither a thread nor SSH.NET has any part in the stream.</summary>
    internal Task Ended => _ended.Task;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _reader.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _reader.ReadAsync(buffer, offset, count, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await Task.Run(
            () =>
            {
                _input.Write(buffer.Span);
                _input.Flush();
            },
            cancellationToken).ConfigureAwait(false);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Use ReadAsync.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Use WriteAsync.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _gate.Open();
            _incoming.Writer.CancelPendingFlush();
            _incoming.Reader.CancelPendingRead();
            _command.OutputStream.Dispose();
            _ = ReleaseAsync();
        }
        base.Dispose(disposing);
    }

    private async Task ReleaseAsync()
    {
        // It waits for SSH.NET's thread, and for a write that a frozen or unreachable host does not take for as long as TCP does.
        await Task.Factory.StartNew(_client.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _command.Dispose();
        await Task.WhenAny(_running).ConfigureAwait(false);
        _ = _running.Exception;
        await _reader.DisposeAsync().ConfigureAwait(false);
        _ended.SetResult();
    }

    private static Stream Input(SshCommand command)
    {
        try
        {
            return command.CreateInputStream();
        }
        catch (InvalidOperationException)
        {
            return Null; // The program has ended already: reading says why.
        }
    }

    /// <summary>Never throws: the pipe carries the failure, and what the program said, to the reader.</summary>
    private async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            int count = -1;
            while (count != 0)
            {
                // A thread only while it reads: with the pipe full none waits here, and SSH.NET's waits at the gate.
                (count, Task flush) = await Task.Factory.StartNew(ReadUntilFull, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
                _full = count != 0;
                await flush.ConfigureAwait(false);
                _full = false;
                _gate.Taken(count);
            }
            if (_disposed == 0 && _command.Error is { Length: > 0 } said)
                failure = new IOException($"The proxy on the host ended: {said.Trim()}");
        }
        catch (Exception error)
        {
            failure = error as IOException ?? new IOException(error.Message, error);
        }
        await _incoming.Writer.CompleteAsync(failure).ConfigureAwait(false);
    }

    /// <returns>What the pipe took when it became full, and what ends when a reader has made room; 0 at the end.</returns>
    private (int Count, Task Flush) ReadUntilFull()
    {
        while (_disposed == 0)
        {
            int count = _command.OutputStream.Read(_incoming.Writer.GetSpan(Buffer));
            if (count == 0)
                break;
            _incoming.Writer.Advance(count);
            Task flush = _incoming.Writer.FlushAsync().AsTask();
            if (!flush.IsCompleted)
                return (count, flush);
            _gate.Taken(count);
        }
        return (0, Task.CompletedTask);
    }
}
