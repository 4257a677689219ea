using LimiQuantix.Conformance.Wire;

namespace LimiQuantix.Conformance.Proxy;

/// <summary>A call that its caller waits for, or whose stream it holds.</summary>
internal sealed class WireOpened : IDisposable
{
    private readonly WireCall _call;
    private readonly Task _serving;
    private readonly string _member;
    private readonly TimeSpan? _deadline;
    private readonly TimeSpan _grace;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenRegistration _closing;
    private readonly CancellationToken _closed;
    private WireStream? _argument;

    public WireOpened(
        WireCall call, Task serving, string member, TimeSpan? deadline, TimeSpan grace, TimeProvider timeProvider, CancellationToken closed)
    {
        _call = call;
        _serving = serving;
        _member = member;
        _deadline = deadline;
        _grace = grace;
        _late = new CancellationTokenSource(deadline ?? Timeout.InfiniteTimeSpan, timeProvider);
        _closed = closed;
        _closing = closed.Register(call.Reset);
    }

    /// <summary>Gives a stream of ours to the other side, which owns it from now on: it is closed when the call is over.</summary>
    public void Lend(Stream stream)
    {
        _argument = new WireStream(_call.Client, WireCall.ArgumentStream, static _ => default);
        _ = WirePumps.DuplexAsync(stream, _argument, untilEither: true, _call.IsReset).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>The answer of a call that answers once.</summary>
    public async Task<WireResult> ResultAsync(CancellationToken cancellationToken)
    {
        var frame = await NextAsync(cancellationToken).ConfigureAwait(false);
        return ContractJson.FromBytes<WireResult>(frame.Payload.Span);
    }

    /// <summary>The answer of a call that goes on as a stream, until that is disposed.</summary>
    public async Task<T> StreamAsync<T>(Func<WireResult, WireStream?, T> create, CancellationToken cancellationToken)
    {
        try
        {
            var result = await ResultAsync(cancellationToken).ConfigureAwait(false);
            if (!result.HasStream)
            {
                Dispose();
                return create(result, null);
            }

            var stream = new WireStream(_call.Client, WireCall.ResultStream, _ =>
            {
                Dispose();
                return default;
            });
            _ = FollowAsync(stream);
            return create(result, stream);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The next frame of the answer. A failure is thrown; a token that ends resets the call and waits for its end on the other side.</summary>
    public async Task<WireFrame> NextAsync(CancellationToken cancellationToken)
    {
        using var cancelled = cancellationToken.Register(_call.Reset);
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var waiting = _late.Token.Register(() => late.TrySetResult());
        var receiving = ReceiveAsync(cancellationToken);

        // A peer that has the deadline too answers first; one that hangs does not.
        if (await Task.WhenAny(receiving, late.Task).ConfigureAwait(false) != receiving
            && await Task.WhenAny(receiving, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None)).ConfigureAwait(false) != receiving)
        {
            _call.Reset();
            _ = receiving.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw WireErrors.DeadlinePassed(_member, _deadline!.Value);
        }

        return await receiving.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _closing.Dispose();
        _call.Reset();
        _late.Dispose();
    }

    private async Task<WireFrame> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var givingUp = new CancellationTokenSource();
        using var grace = _call.IsReset.Register(() => givingUp.CancelAfter(_grace));
        while (true)
        {
            WireFrame? frame;
            try
            {
                frame = await _call.Client.ReceiveAsync(givingUp.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                frame = null;
            }

            switch (frame?.Kind)
            {
                case WireFrameKind.Error:
                    // The call's streams go with its token: what breaks over that there is the caller's own doing.
                    cancellationToken.ThrowIfCancellationRequested();
                    throw new LimiQuantixException(ContractJson.FromBytes<LimiQuantixError>(frame.Value.Payload.Span));
                case WireFrameKind.Bytes or WireFrameKind.End when frame.Value.Channel == WireCall.ArgumentStream && _argument is not null:
                    await _argument.TakeAsync(frame.Value, _call.IsReset).ConfigureAwait(false);
                    break;
                case WireFrameKind.Cancelled or null:
                    cancellationToken.ThrowIfCancellationRequested();
                    // The connection did not break: the caller closed it.
                    ObjectDisposedException.ThrowIf(_closed.IsCancellationRequested, typeof(WireProxy));
                    throw WireErrors.Lost(_member);
                default:
                    return frame.Value;
            }
        }
    }

    /// <summary>Takes the frames of a call whose answer is a stream: also after the answer, and whoever reads.</summary>
    private async Task FollowAsync(WireStream result)
    {
        try
        {
            while (await _call.Client.ReceiveAsync(_call.IsReset).ConfigureAwait(false) is { } frame)
            {
                var stream = frame.Channel == WireCall.ArgumentStream && frame.Kind != WireFrameKind.Error ? _argument : result;
                if (stream is not null) await stream.TakeAsync(frame, _call.IsReset).ConfigureAwait(false);
            }

            result.Break(WireErrors.Lost(_member));
            await _serving.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            result.Break(new ObjectDisposedException(nameof(Stream)));
        }
        finally
        {
            _argument?.Break(new IOException("The call is over."));
            _call.Reset();
        }
    }
}
