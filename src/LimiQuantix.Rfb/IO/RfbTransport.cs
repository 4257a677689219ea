using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace LimiQuantix.Rfb.IO;

/// <summary>The byte stream to the other side: every wait has a time-out, every failure is an <see cref="RfbException"/>.</summary>
internal sealed class RfbTransport(Stream stream, TimeSpan timeout, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Forever = TimeSpan.FromDays(30);

    // Reads and writes are each made one at a time, so one source of each, armed again and again, is enough.
    private CancellationTokenSource? _reading;
    private CancellationTokenSource? _writing;
    private Stream _stream = stream;

    /// <summary>The stream that bytes go through now.</summary>
    public Stream Stream => _stream;

    /// <summary>Goes on over another stream upon the one so far (TLS). Nothing may have been read ahead.</summary>
    public void Replace(Stream stream) => _stream = stream;

    /// <summary>Receives at least one byte.</summary>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken ct) =>
        await ReceiveAsync(buffer, timeout, ct).ConfigureAwait(false) is var count && count > 0 ? count : throw Closed();

    /// <summary>Receives at least one byte, however long that takes: between two messages a server may be silent for hours.</summary>
    public async ValueTask<int> ReceiveAnyTimeAsync(Memory<byte> buffer, CancellationToken ct) =>
        await ReceiveAsync(buffer, Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false) is var count && count > 0 ? count : throw Closed();

    /// <summary>Receives what is there; 0 at the end of the stream.</summary>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, TimeSpan limit, CancellationToken ct)
    {
        Arm(ref _reading, limit);
        using var registration = ct.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _reading);
        try
        {
            return await _stream.ReadAsync(buffer, _reading.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            ct.ThrowIfCancellationRequested();
            throw new RfbException(RfbErrorCode.Timeout, $"The other side sent nothing for {limit.TotalSeconds:0.###} seconds.", e);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }
        finally
        {
            _reading.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        Arm(ref _writing, timeout);
        using var registration = ct.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _writing);
        try
        {
            await _stream.WriteAsync(bytes, _writing.Token).ConfigureAwait(false);
            await _stream.FlushAsync(_writing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            ct.ThrowIfCancellationRequested();
            throw new RfbException(RfbErrorCode.Timeout, $"The other side took nothing for {timeout.TotalSeconds:0.###} seconds.", e);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }
        finally
        {
            _writing.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private void Arm([NotNull] ref CancellationTokenSource? source, TimeSpan limit)
    {
        if (source is null || !source.TryReset())
        {
            source?.Dispose();
            // One made without a time-out would later take its time from the system's clock.
            source = new CancellationTokenSource(Forever, time);
        }
        source.CancelAfter(limit);
    }

    private static RfbException Closed() => new(RfbErrorCode.ConnectionClosed, "The other side closed the connection.");

    private static RfbException Broken(Exception e) => new(RfbErrorCode.ConnectionClosed, "The connection broke.", e);
}
