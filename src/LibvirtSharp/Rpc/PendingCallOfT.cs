using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Rpc;

/// <summary>A pending call and the source of the ValueTask its caller awaits, used again after the result is fetched.</summary>
internal sealed class PendingCall<T> : PendingCall, IValueTaskSource<T>, IValueTaskSource
{
    private const int MostKept = 1024;
    private static readonly ConcurrentQueue<PendingCall<T>> Free = new();
    private static int s_count;

    private ManualResetValueTaskSourceCore<T> _core = new() { RunContinuationsAsynchronously = true };
    private XdrRead<T>? _read;
    private T? _result;

    public short Version => _core.Version;

    public static PendingCall<T> Rent(RpcChannel channel, XdrWriter writer, XdrRead<T> read, TimeSpan timeout)
    {
        if (Free.TryDequeue(out PendingCall<T>? call))
            Interlocked.Decrement(ref s_count);
        else
            call = new PendingCall<T>();
        call.Channel = channel;
        call.Program = writer.Program;
        call.Procedure = writer.Procedure;
        call.Timeout = timeout;
        call._read = read;
        return call;
    }

    public override void Decode(ref XdrReader reader)
    {
        _result = _read!(ref reader);
        reader.End();
    }

    public override void Continue(bool inline)
    {
        _core.RunContinuationsAsynchronously = !inline;
        _core.SetResult(_result!);
    }

    public override void Fail(Exception error) => _core.SetException(error);

    public T GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Return();
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Return()
    {
        // Waits for a cancellation that is running just now, so that it cannot touch the next call in this object.
        Registration.Dispose();
        Registration = default;
        Channel = null;
        _read = null;
        _result = default;
        _core.Reset();
        _core.RunContinuationsAsynchronously = true;
        if (Interlocked.Increment(ref s_count) <= MostKept)
            Free.Enqueue(this);
        else
            Interlocked.Decrement(ref s_count);
    }
}
