using Org.BouncyCastle.Tls;

namespace LimiQuantix.Rfb.Security;

/// <summary>A stream over a TLS protocol that itself does no input and output.</summary>
internal sealed class TlsProtocolStream(Stream inner, TlsClientProtocol protocol) : Stream
{
    private const int BufferSize = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly byte[] _received = new byte[BufferSize];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public async Task HandshakeAsync(CancellationToken ct)
    {
        await SendAsync(static _ => { }, ct).ConfigureAwait(false);
        while (protocol.IsHandshaking)
        {
            if (!await ReceiveAsync(ct).ConfigureAwait(false))
                throw new IOException("The server closed the connection in the midst of the TLS handshake.");
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            lock (_gate)
            {
                var count = Math.Min(protocol.GetAvailableInputBytes(), buffer.Length);
                if (count > 0)
                {
                    var plain = new byte[count];
                    protocol.ReadInput(plain, 0, count);
                    plain.CopyTo(buffer);
                    return count;
                }
                if (protocol.IsClosed)
                    return 0;
            }
            if (!await ReceiveAsync(cancellationToken).ConfigureAwait(false))
                return 0;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await SendAsync(tls => tls.WriteApplicationData(buffer.ToArray(), 0, buffer.Length), cancellationToken).ConfigureAwait(false);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is asynchronous.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is asynchronous.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Takes what has come; false at the end of the stream.</summary>
    private async ValueTask<bool> ReceiveAsync(CancellationToken ct)
    {
        var count = await inner.ReadAsync(_received, ct).ConfigureAwait(false);
        if (count == 0)
            return false;
        await SendAsync(tls => tls.OfferInput(_received, 0, count), ct).ConfigureAwait(false);
        return true;
    }

    /// <summary>Lets the protocol do something, and sends what it then has to say, in that order.</summary>
    private async ValueTask SendAsync(Action<TlsClientProtocol> step, CancellationToken ct)
    {
        await _writing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            byte[] output;
            lock (_gate)
            {
                step(protocol);
                output = new byte[protocol.GetAvailableOutputBytes()];
                protocol.ReadOutput(output, 0, output.Length);
            }
            if (output.Length > 0)
                await inner.WriteAsync(output, ct).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }
}
