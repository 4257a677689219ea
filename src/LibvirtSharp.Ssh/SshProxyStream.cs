using System.IO.Pipelines;
using Renci.SshNet;

namespace LibvirtSharp.Ssh;

/// <summary>
/// The proxy program's input and output as one stream. SSH.NET's own streams block, so each direction has a thread of its own
/// between them and a bounded pipe.
/// </summary>
internal sealed class SshProxyStream : Stream
{
    private const int Buffer = 256 * 1024;
    private readonly SshClient _client;
    private readonly SshCommand _command;
    private readonly Pipe _incoming = new(new PipeOptions(pauseWriterThreshold: 4 * Buffer, resumeWriterThreshold: Buffer, useSynchronizationContext: false));
    private readonly Stream _input;
    private readonly Stream _reader;
    private readonly Task _running;
    private readonly Task _receiving;
    private int _disposed;

    public SshProxyStream(SshClient client, SshCommand command)
    {
        _client = client;
        _command = command;
        _running = command.ExecuteAsync(CancellationToken.None);
        _input = command.CreateInputStream();
        _reader = _incoming.Reader.AsStream();
        _receiving = Task.Factory.StartNew(ReceiveAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

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
            // Both wake the receiving thread, which ends by itself.
            _incoming.Reader.CancelPendingRead();
            _client.Dispose();
            _ = ReleaseAsync();
        }
        base.Dispose(disposing);
    }

    private async Task ReleaseAsync()
    {
        await Task.WhenAny(Task.WhenAll(_running, _receiving)).ConfigureAwait(false);
        _ = _running.Exception;
        _command.Dispose();
        await _reader.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Never throws: the pipe carries the failure, and what the program said, to the reader.</summary>
    private async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                int count = _command.OutputStream.Read(_incoming.Writer.GetSpan(Buffer));
                if (count == 0)
                    break;
                _incoming.Writer.Advance(count);
                FlushResult flushed = await _incoming.Writer.FlushAsync().ConfigureAwait(false);
                if (flushed.IsCompleted || flushed.IsCanceled)
                    break;
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
}
