using LimiQuantix.Core.Instances;
using LimiQuantix.Core.Operations;
using LimiQuantix.Providers.Instances;
using Microsoft.Extensions.Hosting;

namespace LimiQuantix.Core;

/// <summary>
/// Starts the engine once, with the host or at the first use, and stops it with the host or the service provider. Whatever the plugins do, the
/// end comes within the host's shutdown time; without a host, within <see cref="StopTime"/> and twice the deadline of an instance's end.
/// </summary>
internal sealed class EngineHost(OperationEngine engine, ProviderInstances instances, StoredInstances stored, TimeProvider time) : IHostedLifecycleService, IAsyncDisposable
{
    /// <summary>How long the engine may take to stop when no host limits it: as long as a host gives by default.</summary>
    public static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private int _started;
    private Task _starting = Task.CompletedTask;
    private Task? _stopped;

    public void EnsureStarted()
    {
        // Beginning is not waiting: the engine takes its lease in the background.
        if (Interlocked.Exchange(ref _started, 1) != 0) return;
        _starting = Task.Run(BeginAsync);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        EnsureStarted();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => _stopped ??= EndAsync(cancellationToken);

    /// <summary>When every service of the host has stopped, nobody needs the instances any more.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        // It reads the state, which is one of the instances.
        await stored.DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await instances.EndAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(StopTime, time);
        await StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Operations and services find the instances of the state too, and what is closed closed.
    private async Task BeginAsync()
    {
        await stored.EnsureLoadedAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        instances.TellUnused();
        if (!_stopping.IsCancellationRequested) await engine.StartAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await engine.StopAsync(cancellationToken).ConfigureAwait(false);
    }
}
