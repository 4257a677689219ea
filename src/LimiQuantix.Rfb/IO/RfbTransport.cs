using System.Net.Sockets;

namespace LimiQuantix.Rfb.IO;

/// <summary>The byte stream to the server: every wait has a time-out, every failure is an <see cref="RfbException"/>.</summary>
internal sealed class RfbTransport(Stream stream, TimeSpan timeout, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Receives at least one byte.</summary>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            var count = await stream.ReadAsync(buffer, linked.Token).ConfigureAwait(false);
            return count > 0 ? count : throw new RfbException(RfbErrorCode.ConnectionClosed, "The server closed the connection.");
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new RfbException(RfbErrorCode.Timeout, $"The server sent nothing for {timeout.TotalSeconds:0.###} seconds.", e);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw new RfbException(RfbErrorCode.ConnectionClosed, "The connection to the server broke.", e);
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await stream.WriteAsync(bytes, linked.Token).ConfigureAwait(false);
            await stream.FlushAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new RfbException(RfbErrorCode.Timeout, $"The server took nothing for {timeout.TotalSeconds:0.###} seconds.", e);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw new RfbException(RfbErrorCode.ConnectionClosed, "The connection to the server broke.", e);
        }
    }

    /// <summary>Waits for the first byte only as long as <paramref name="quiet"/>; 0 when none came.</summary>
    public async ValueTask<int> TryReceiveAsync(Memory<byte> buffer, TimeSpan quiet, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(quiet, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await ReceiveAsync(buffer, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return 0;
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
