namespace Netlink.Sockets;

/// <summary>Something that the thread of a connection does.</summary>
internal abstract class Work
{
    /// <summary>Does it; whatever goes wrong is its own caller's failure.</summary>
    public abstract void Run(RequestSocket socket);

    /// <summary>Tells the caller that it will not be done.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>Something with a result.</summary>
internal sealed class Work<T>(Func<RequestSocket, T> run, CancellationToken cancellationToken) : Work
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _completion.Task;

    public override void Run(RequestSocket socket)
    {
        // Nobody waits for it any more, and nothing of it has reached the kernel.
        if (cancellationToken.IsCancellationRequested)
        {
            _completion.TrySetCanceled(cancellationToken);
            return;
        }
        try
        {
            _completion.TrySetResult(run(socket));
        }
        catch (Exception exception)
        {
            _completion.TrySetException(exception);
        }
    }

    public override void Fail(Exception exception) => _completion.TrySetException(exception);
}
