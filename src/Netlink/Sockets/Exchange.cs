namespace Netlink.Sockets;

/// <summary>Requests of one caller that are sent together, and their answers.</summary>
internal sealed class Exchange(IReadOnlyList<NetlinkRequest> requests, bool stopAtFailure, CancellationToken cancellationToken) : Work
{
    private readonly TaskCompletionSource<Answer[]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<NetlinkRequest> Requests => requests;

    /// <summary>Whether the first failure keeps the others from being sent.</summary>
    public bool StopAtFailure => stopAtFailure;

    public Answer[] Answers { get; } = new Answer[requests.Count];

    public Task<Answer[]> Task => _completion.Task;

    /// <summary>Whether nobody waits for it any more before it was begun.</summary>
    public bool GivenUp()
    {
        if (cancellationToken.IsCancellationRequested)
            _completion.TrySetCanceled(cancellationToken);
        return Task.IsCompleted;
    }

    public override void Run(RequestSocket socket)
    {
        if (!GivenUp())
            socket.Run([this]);
    }

    public void Complete() => _completion.TrySetResult(Answers);

    public override void Fail(Exception exception) => _completion.TrySetException(exception);

    /// <summary>What came of one request. Neither an error nor messages nor done: it was not sent.</summary>
    internal struct Answer
    {
        public bool Done;
        public NetlinkException? Error;
        public List<NetlinkMessage>? Messages;
    }
}
