using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Netlink.Messages;
using Netlink.Sockets;

namespace Netlink;

/// <summary>
/// A socket of rtnetlink (rtnetlink(7)) in one network namespace: reads and changes its links, addresses, routes, neighbours, forwarding entries
/// and traffic control. For any number of callers at once; their requests are pipelined. A thread of its own sends them, as the kernel executes a
/// request while it is sent, and may take its time.
/// </summary>
/// <remarks>Cancelling or a time-out gives up the wait; what the kernel was given it does all the same.</remarks>
public sealed class RtnetlinkConnection : IAsyncDisposable
{
    private readonly RtnetlinkOptions _options;
    private readonly RequestThread _thread;

    private RtnetlinkConnection(RtnetlinkOptions options)
    {
        _options = options;
        _thread = new RequestThread(options, (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger<RtnetlinkConnection>());
        Links = new LinkOperations(this);
        Addresses = new AddressOperations(this);
        Routes = new RouteOperations(this);
        Neighbours = new NeighbourOperations(this);
        Fdb = new FdbOperations(this);
        TrafficControl = new TrafficControlOperations(this);
    }

    /// <summary>Network interfaces.</summary>
    public LinkOperations Links { get; }

    /// <summary>Their IP addresses.</summary>
    public AddressOperations Addresses { get; }

    /// <summary>Routes.</summary>
    public RouteOperations Routes { get; }

    /// <summary>Neighbours: ARP and neighbour discovery.</summary>
    public NeighbourOperations Neighbours { get; }

    /// <summary>Forwarding entries of bridges and VXLANs.</summary>
    public FdbOperations Fdb { get; }

    /// <summary>Queueing disciplines and filters.</summary>
    public TrafficControlOperations TrafficControl { get; }

    /// <summary>Opens a socket. Reading needs no capability; changing needs CAP_NET_ADMIN, entering another namespace CAP_SYS_ADMIN.</summary>
    /// <exception cref="NetlinkException">It could not be opened, or the namespace could not be entered.</exception>
    public static async Task<RtnetlinkConnection> OpenAsync(RtnetlinkOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("Netlink is Linux's.");
        cancellationToken.ThrowIfCancellationRequested();
        var connection = new RtnetlinkConnection((options ?? new RtnetlinkOptions()).Checked());
        try
        {
            await connection._thread.Opened.WaitAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens a socket in a network namespace.</summary>
    /// <inheritdoc cref="OpenAsync(RtnetlinkOptions?, CancellationToken)"/>
    public static Task<RtnetlinkConnection> OpenAsync(NetworkNamespace networkNamespace, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(networkNamespace);
        return OpenAsync(new RtnetlinkOptions { Namespace = networkNamespace }, cancellationToken);
    }

    /// <summary>Sends one request.</summary>
    /// <returns>The messages that the kernel answered with before its acknowledgement; most requests have none.</returns>
    /// <exception cref="NetlinkException">The kernel refused it.</exception>
    public async Task<IReadOnlyList<NetlinkMessage>> SendAsync(NetlinkRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Exchange.Answer answer = (await ExchangeAsync([request], stopAtFailure: false, cancellationToken).ConfigureAwait(false))[0];
        if (answer.Error is not null)
            throw answer.Error;
        return (IReadOnlyList<NetlinkMessage>?)answer.Messages ?? [];
    }

    /// <summary>
    /// Sends requests in their order, and none after one that failed. It is no transaction: those before it stay done. Each may name links that
    /// those before it make.
    /// </summary>
    /// <exception cref="NetlinkException">The kernel refused the one at <see cref="NetlinkException.RequestIndex"/>.</exception>
    public async Task SendAsync(IReadOnlyList<NetlinkRequest> requests, CancellationToken cancellationToken = default)
    {
        Exchange.Answer[] answers = await ExchangeAsync(Checked(requests), stopAtFailure: true, cancellationToken).ConfigureAwait(false);
        int failed = Array.FindIndex(answers, static each => each.Error is not null);
        if (failed >= 0)
            throw answers[failed].Error!.At(failed);
    }

    /// <summary>Sends all requests in their order, many at a time, whatever becomes of any.</summary>
    /// <returns>For each request null, or why the kernel refused it.</returns>
    public async Task<IReadOnlyList<NetlinkException?>> SendAllAsync(IReadOnlyList<NetlinkRequest> requests, CancellationToken cancellationToken = default)
    {
        Exchange.Answer[] answers = await ExchangeAsync(Checked(requests), stopAtFailure: false, cancellationToken).ConfigureAwait(false);
        return [.. answers.Select(static (each, index) => each.Error?.At(index))];
    }

    /// <summary>Asks for everything of a kind (NLM_F_DUMP); again when it changed while it was read.</summary>
    /// <param name="request">A request such as RTM_GETLINK with its header, and attributes to choose by.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="NetlinkException">The kernel refused it, or what is read changes all the time.</exception>
    public Task<IReadOnlyList<NetlinkMessage>> DumpAsync(NetlinkRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return DumpAsync<NetlinkMessage>(
            request,
            static (message, list) => list.Add(new NetlinkMessage { Type = message.Header.Type, Flags = message.Header.Flags, Payload = message.Payload.ToArray() }),
            cancellationToken);
    }

    /// <summary>Closes the socket once the request that the kernel is at is done. Calls that still wait fail.</summary>
    public async ValueTask DisposeAsync()
    {
        _thread.Close();
        await _thread.Ended.ConfigureAwait(false);
    }

    /// <summary>A dump whose messages are read where they lie.</summary>
    internal async Task<IReadOnlyList<T>> DumpAsync<T>(NetlinkRequest request, Action<NetlinkMessageView, List<T>> take, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var work = new Work<List<T>>(socket => socket.Dump(request, take, cancellationToken), cancellationToken);
        _thread.Add(work);
        return await WaitAsync(work.Task, request.Name, cancellationToken).ConfigureAwait(false);
    }

    private static NetlinkRequest[] Checked(IReadOnlyList<NetlinkRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        NetlinkRequest[] copy = [.. requests];
        return copy.All(static each => each is not null) ? copy : throw new ArgumentException("A request is null.", nameof(requests));
    }

    private Task<Exchange.Answer[]> ExchangeAsync(NetlinkRequest[] requests, bool stopAtFailure, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<Exchange.Answer[]>(cancellationToken);
        if (requests.Length == 0)
            return Task.FromResult<Exchange.Answer[]>([]);
        var exchange = new Exchange(requests, stopAtFailure, cancellationToken);
        _thread.Add(exchange);
        return WaitAsync(exchange.Task, requests[0].Name, cancellationToken);
    }

    private async Task<T> WaitAsync<T>(Task<T> answer, string request, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.WaitAsync(_options.CallTimeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            Forget(answer);
            throw new NetlinkException(
                NetlinkErrorKind.TimedOut, $"{request} was not answered within {_options.CallTimeout.TotalSeconds:0.###} s; it may still take effect.", exception)
            {
                Request = request,
            };
        }
        catch (OperationCanceledException)
        {
            Forget(answer);
            throw;
        }
    }

    /// <summary>Its failure, if it comes to one, is nobody's any more.</summary>
    private static void Forget(Task answer) =>
        _ = answer.ContinueWith(static each => each.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
