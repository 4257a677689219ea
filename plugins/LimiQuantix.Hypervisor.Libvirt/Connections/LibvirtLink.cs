using System.Xml.Linq;
using LibvirtSharp;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Hypervisor.Libvirt.Connections;

/// <summary>
/// The one connection that everything shares: opened when it is first needed and again when it was lost. A call on a connection
/// that breaks fails as transient; the next one opens a new connection.
/// </summary>
internal sealed class LibvirtLink(ProviderContext context, LibvirtOptions options, DaemonUri daemon) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ILogger _logger = HypervisorLog.For(context);
    private volatile LibvirtConnection? _connection;
    private volatile DaemonFacts? _facts;
    private bool _disposed;

    /// <summary>The daemon's URI.</summary>
    public string Uri => daemon.Value;

    /// <exception cref="LimiQuantixException">The daemon cannot be reached or refuses.</exception>
    public async Task<LibvirtConnection> GetAsync(CancellationToken cancellationToken)
    {
        if (_connection is { Closed.IsCompleted: false } open)
            return open;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connection is { Closed.IsCompleted: false } meanwhile)
                return meanwhile;
            if (_connection is not null)
                await _connection.DisposeAsync().ConfigureAwait(false);
            _connection = null;
            _connection = await LibvirtConnection.OpenAsync(
                new LibvirtConnectionOptions
                {
                    Uri = Uri,
                    CallTimeout = options.CallTimeout,
                    Logger = _logger,
                    TimeProvider = context.TimeProvider,
                },
                cancellationToken).ConfigureAwait(false);
            HypervisorLog.Connected(_logger, Uri);
            return _connection;
        }
        catch (LibvirtException error)
        {
            throw LibvirtErrors.Map(error, Uri);
        }
        catch (Exception error) when (error is NotSupportedException or FormatException)
        {
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, error.Message, target: Uri, innerException: error);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Calls libvirt, with its errors as the contract's.</summary>
    /// <param name="call">The call.</param>
    /// <param name="machineId">The machine that it is about.</param>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    public async Task<T> CallAsync<T>(Func<LibvirtConnection, Task<T>> call, Guid? machineId, CancellationToken cancellationToken)
    {
        LibvirtConnection connection = await GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await call(connection).ConfigureAwait(false);
        }
        catch (LibvirtException error)
        {
            throw LibvirtErrors.Map(error, Uri, machineId);
        }
    }

    /// <summary>Calls that may take long: where libvirt looks QEMU over anew, up to a minute and a half.</summary>
    public Task<T> CallSlowlyAsync<T>(Func<LibvirtConnection, Task<T>> call, Guid? machineId, CancellationToken cancellationToken) =>
        CallAsync(connection => call(connection.WithTimeout(options.SlowCallTimeout)), machineId, cancellationToken);

    /// <summary>What the daemon says of itself; asked once a connection.</summary>
    public async Task<DaemonFacts> GetFactsAsync(CancellationToken cancellationToken)
    {
        LibvirtConnection connection = await GetAsync(cancellationToken).ConfigureAwait(false);
        if (_facts is { } known && known.Connection == connection)
            return known;
        Version version = await CallAsync(fast => fast.GetLibVersionAsync(cancellationToken), null, cancellationToken).ConfigureAwait(false);
        string capabilities = await CallSlowlyAsync(slow => slow.GetCapabilitiesAsync(cancellationToken), null, cancellationToken).ConfigureAwait(false);
        return _facts = DaemonFacts.Read(connection, version, XElement.Parse(capabilities));
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _disposed = true;
            if (_connection is not null)
                await _connection.DisposeAsync().ConfigureAwait(false);
            _connection = null;
        }
        finally
        {
            _gate.Release();
        }
    }
}
