using System.Collections.Concurrent;
using LimiQuantix.Core.Networks;
using LimiQuantix.Networks;
using LimiQuantix.Plugins;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>The fake fabric has nothing to choose.</summary>
public sealed class FakePlatformNetworkOptions;

/// <summary>The user-mode network, and what it was asked for.</summary>
public sealed class RecordingNetwork(ProviderContext context, ConcurrentQueue<BindPortRequest> asked) : INetworkBackend, IDeclaresFeatures
{
    private readonly UserNetworkBackend _inner = new(context);

    public T? GetCapability<T>() where T : class => this as T;

    public Task<FeatureDeclaration> DeclareFeaturesAsync(DeclareFeaturesRequest request, CancellationToken cancellationToken = default) =>
        _inner.DeclareFeaturesAsync(request, cancellationToken);

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => _inner.CheckHealthAsync(request, cancellationToken);

    public Task<NetworkObservation> EnsureNetworkAsync(EnsureNetworkRequest request, CancellationToken cancellationToken = default) => _inner.EnsureNetworkAsync(request, cancellationToken);

    public Task<DeleteNetworkResult> DeleteNetworkAsync(DeleteNetworkRequest request, CancellationToken cancellationToken = default) => _inner.DeleteNetworkAsync(request, cancellationToken);

    public Task<PortObservation> EnsurePortAsync(EnsurePortRequest request, CancellationToken cancellationToken = default) => _inner.EnsurePortAsync(request, cancellationToken);

    public Task<BindPortResult> BindPortAsync(BindPortRequest request, CancellationToken cancellationToken = default)
    {
        asked.Enqueue(request);
        return _inner.BindPortAsync(request, cancellationToken);
    }

    public Task<UnbindPortResult> UnbindPortAsync(UnbindPortRequest request, CancellationToken cancellationToken = default) => _inner.UnbindPortAsync(request, cancellationToken);

    public Task<DeletePortResult> DeletePortAsync(DeletePortRequest request, CancellationToken cancellationToken = default) => _inner.DeletePortAsync(request, cancellationToken);

    public IAsyncEnumerable<NetworkObservation> ListNetworksAsync(ListNetworksRequest request, CancellationToken cancellationToken = default) => _inner.ListNetworksAsync(request, cancellationToken);

    public IAsyncEnumerable<PortObservation> ListPortsAsync(ListPortsRequest request, CancellationToken cancellationToken = default) => _inner.ListPortsAsync(request, cancellationToken);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
