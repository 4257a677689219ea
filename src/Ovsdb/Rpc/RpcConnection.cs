using System.Buffers;
using System.Text.Json;
using Ovsdb.Json;

namespace Ovsdb.Rpc;

/// <summary>A connection to one server: calls, answers and notifications over a stream. It ends once, with a reason.</summary>
internal sealed class RpcConnection : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly OvsdbClientOptions _options;
    private readonly CallTable _calls = new();
    private readonly MessageReader _reader;
    private readonly MessageDispatcher _dispatcher;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _outstanding;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<OvsdbException> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer? _probe;
    private long _lastReceived;
    private int _unanswered;
    private int _patient;
    private Task _receiving = Task.CompletedTask;

    public RpcConnection(Stream stream, OvsdbClientOptions options, INotificationSink sink)
    {
        _stream = stream;
        _options = options;
        _reader = new MessageReader(stream, options.MaxMessageBytes);
        _dispatcher = new MessageDispatcher(_calls, sink);
        _outstanding = new SemaphoreSlim(options.MaxOutstandingCalls);
        _lastReceived = options.TimeProvider.GetTimestamp();
        if (options.ProbeInterval > TimeSpan.Zero)
            _probe = options.TimeProvider.CreateTimer(_ => Probe(), null, options.ProbeInterval, options.ProbeInterval);
    }

    /// <summary>Completes, never faults, when the connection has ended.</summary>
    public Task<OvsdbException> Closed => _closed.Task;

    public int Outstanding => _calls.Count;

    public void Start() => _receiving = ReceiveAsync();

    /// <summary>Calls a method and waits for its answer.</summary>
    /// <exception cref="OvsdbException">It is refused, the time is up, or the connection ends.</exception>
    public async Task<T> CallAsync<T>(PendingCall<T> call, TimeSpan timeout, CancellationToken cancellationToken)
    {
        long began = _options.TimeProvider.GetTimestamp();
        if (!_outstanding.Wait(0, CancellationToken.None))
            await TurnAsync(call.Method, timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            if (timeout != Timeout.InfiniteTimeSpan)
            {
                timeout -= _options.TimeProvider.GetElapsedTime(began);
                if (timeout <= TimeSpan.Zero)
                    throw OvsdbException.Late(call.Method, TimeSpan.Zero, sent: false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            long id = _calls.Add(call);
            ReadOnlyMemory<byte> message;
            try
            {
                message = Message(id, call);
            }
            catch
            {
                _calls.Take(call);
                throw;
            }

            // Not awaited: a server that reads nothing must not hold the caller beyond its deadline. It never faults.
            _ = SendAsync(message).AsTask();
            try
            {
                return await call.Task.WaitAsync(timeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException && _calls.Take(call) is not null)
            {
                GiveUp(id, call.Method);
                if (e is TimeoutException)
                    throw OvsdbException.Late(call.Method, timeout, sent: true);
                throw;
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                // The answer came in the same moment.
                return await call.Task.ConfigureAwait(false);
            }
        }
        finally
        {
            _outstanding.Release();
        }
    }

    /// <summary>
    /// Calls with an answer that the server may need long for: meanwhile its silence is no sign of its death, as it does one thing at a time.
    /// </summary>
    public async Task<T> CallPatientlyAsync<T>(PendingCall<T> call, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _patient);
        try
        {
            return await CallAsync(call, timeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _lastReceived, _options.TimeProvider.GetTimestamp());
            Interlocked.Decrement(ref _patient);
        }
    }

    /// <summary>Ends the connection; all calls that wait fail.</summary>
    public void Fail(OvsdbException reason)
    {
        if (!_closed.TrySetResult(reason))
            return;
        OvsdbLog.ConnectionEnded(_options.Logger, reason.Message);
        _calls.End(reason);
        _stopping.Cancel();
        _probe?.Dispose();
        // What reads or writes, ends.
        _stream.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Fail(OvsdbException.Connection("The client was disposed."));
        await _receiving.ConfigureAwait(false);
        await _reader.CompleteAsync().ConfigureAwait(false);
    }

    private async Task TurnAsync(string method, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token, _stopping.Token);
        try
        {
            await _outstanding.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_stopping.IsCancellationRequested)
                throw OvsdbException.Connection("The connection has ended.");
            throw OvsdbException.Late(method, timeout, sent: false);
        }
    }

    private static ReadOnlyMemory<byte> Message(long id, PendingCall call)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, JsonText.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteNumber("id"u8, id);
            writer.WriteString("method"u8, call.Method);
            writer.WritePropertyName("params"u8);
            call.WriteParameters(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>A transaction that waits on the server is ended there, too (RFC 7047 section 4.1.4); it may have taken effect already.</summary>
    private void GiveUp(long id, string method)
    {
        if (method == "transact")
            _ = SendAsync(System.Text.Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"id":null,"method":"cancel","params":[{{id}}]}"""))).AsTask();
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> message)
    {
        try
        {
            await _writing.WaitAsync(_stopping.Token).ConfigureAwait(false);
            try
            {
                await _stream.WriteAsync(message, _stopping.Token).ConfigureAwait(false);
            }
            finally
            {
                _writing.Release();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            Fail(OvsdbException.Connection($"Nothing can be sent to the server: {e.Message}", e));
        }
    }

    private async Task ReceiveAsync()
    {
        // Whoever starts the connection does not receive for it.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (await _reader.ReadAsync(Received, _stopping.Token).ConfigureAwait(false) is { } message)
            {
                byte[]? answer = _dispatcher.Dispatch(message);
                _reader.Release(message);
                // Who asks faster than it reads is answered no faster.
                if (answer is not null)
                    await SendAsync(answer).ConfigureAwait(false);
            }

            Fail(OvsdbException.Connection("The server closed the connection."));
        }
        catch (OvsdbException e)
        {
            Fail(e);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            Fail(OvsdbException.Connection($"The connection broke: {e.Message}", e));
        }
        catch (Exception e)
        {
            // The parts that read JSON have exceptions of many types for what is none.
            Fail(OvsdbException.Protocol($"The server sent what is no OVSDB: {e.Message}", e));
        }
    }

    private void Received()
    {
        Volatile.Write(ref _lastReceived, _options.TimeProvider.GetTimestamp());
        Volatile.Write(ref _unanswered, 0);
    }

    /// <summary>A silent server is asked whether it lives (RFC 7047 section 4.1.11), and given up when it says nothing for another interval.</summary>
    private void Probe()
    {
        if (Volatile.Read(ref _patient) > 0 || _options.TimeProvider.GetElapsedTime(Volatile.Read(ref _lastReceived)) < _options.ProbeInterval * 0.9)
            return;
        if (Interlocked.Increment(ref _unanswered) > 1)
        {
            Fail(OvsdbException.Connection($"The server has said nothing for {_options.TimeProvider.GetElapsedTime(Volatile.Read(ref _lastReceived)).TotalSeconds:0.#} s, not even to an echo."));
            return;
        }

        _ = SendAsync("""{"id":"echo","method":"echo","params":[]}"""u8.ToArray()).AsTask();
    }
}
