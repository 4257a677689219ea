using LimiQuantix.Core.Operations;
using Microsoft.Extensions.Hosting;

namespace LimiQuantix.Core;

/// <summary>Starts the engine once, with the host or at the first use, and stops it with the host or the service provider.</summary>
internal sealed class EngineHost(OperationEngine engine) : IHostedService, IAsyncDisposable
{
    private int _started;

    public void EnsureStarted()
    {
        // Beginning is not waiting: the engine takes its lease in the background.
        if (Interlocked.Exchange(ref _started, 1) == 0) _ = engine.StartAsync(CancellationToken.None);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        EnsureStarted();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => engine.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync() => await engine.StopAsync(CancellationToken.None).ConfigureAwait(false);
}
