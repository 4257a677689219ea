using Microsoft.Extensions.Logging;

namespace Netlink.Sockets;

/// <summary>
/// The thread of a connection. The kernel executes a request within send(), and may hold the sender up meanwhile (deleting a link takes some
/// 30 ms); so no caller's thread sends. It also enters the connection's network namespace, which is a thread's own (setns), to open the socket.
/// </summary>
internal sealed class RequestThread
{
    private const int MaxMerged = 256;
    private readonly object _gate = new();
    private readonly Queue<Work> _queue = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RtnetlinkOptions _options;
    private readonly ILogger _logger;
    private bool _closed;

    public RequestThread(RtnetlinkOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        new Thread(Run) { IsBackground = true, Name = "netlink" }.UnsafeStart();
    }

    /// <summary>Completes when the socket is open, or with the reason why it is not.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Completes when the thread has ended.</summary>
    public Task Ended => _ended.Task;

    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    public void Add(Work work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(RtnetlinkConnection));
            _queue.Enqueue(work);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Fails what waits and lets the thread end once it has done what it is at.</summary>
    public void Close()
    {
        Work[] waiting;
        lock (_gate)
        {
            _closed = true;
            waiting = [.. _queue];
            _queue.Clear();
            Monitor.Pulse(_gate);
        }
        foreach (Work work in waiting)
            work.Fail(new ObjectDisposedException(nameof(RtnetlinkConnection)));
    }

    private void Run()
    {
        try
        {
            // A socket stays where it was opened; the thread does not, see NamespaceThread.
            using RequestSocket socket = NamespaceThread.Inside(_options.Namespace, () => new RequestSocket(_options, _logger));
            _opened.TrySetResult();
            var merged = new List<Exchange>();
            while (Take(merged) is { } work)
            {
                if (merged.Count == 0)
                    work.Run(socket);
                else
                    socket.Run(merged);
            }
        }
        catch (Exception exception)
        {
            _opened.TrySetException(exception);
            Close();
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>The next to do, when there is one. Exchanges that wait side by side are merged: their requests go together.</summary>
    private Work? Take(List<Exchange> merged)
    {
        merged.Clear();
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                if (_closed)
                    return null;
                Monitor.Wait(_gate);
            }
            Work first = _queue.Dequeue();
            int requests = 0;
            for (Work? next = first; next is Exchange exchange; next = _queue.Dequeue())
            {
                if (!exchange.GivenUp())
                    merged.Add(exchange);
                requests += exchange.Requests.Count;
                if (exchange.StopAtFailure || requests >= MaxMerged || !_queue.TryPeek(out next) || next is not Exchange { StopAtFailure: false })
                    break;
            }
            return first;
        }
    }
}
