using LimiQuantix.Networks;

namespace LimiQuantix.Conformance.Sketches.Daemon;

/// <summary>A node's part of a fabric, over the daemon.</summary>
public sealed class DaemonNetwork(INodeLine line) : DaemonProvider(line), INetworkBackend
{
    private readonly INodeLine line = line;

    protected override string Service => nameof(INetworkBackend);

    public Task<NetworkObservation> EnsureNetworkAsync(EnsureNetworkRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<NetworkObservation>(Service, nameof(EnsureNetworkAsync), request, cancellationToken);

    public Task<DeleteNetworkResult> DeleteNetworkAsync(DeleteNetworkRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<DeleteNetworkResult>(Service, nameof(DeleteNetworkAsync), request, cancellationToken);

    public Task<PortObservation> EnsurePortAsync(EnsurePortRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<PortObservation>(Service, nameof(EnsurePortAsync), request, cancellationToken);

    public Task<BindPortResult> BindPortAsync(BindPortRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<BindPortResult>(Service, nameof(BindPortAsync), request, cancellationToken);

    public Task<UnbindPortResult> UnbindPortAsync(UnbindPortRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<UnbindPortResult>(Service, nameof(UnbindPortAsync), request, cancellationToken);

    public Task<DeletePortResult> DeletePortAsync(DeletePortRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<DeletePortResult>(Service, nameof(DeletePortAsync), request, cancellationToken);

    public IAsyncEnumerable<NetworkObservation> ListNetworksAsync(ListNetworksRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<NetworkObservation>(Service, nameof(ListNetworksAsync), request, cancellationToken);

    public IAsyncEnumerable<PortObservation> ListPortsAsync(ListPortsRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<PortObservation>(Service, nameof(ListPortsAsync), request, cancellationToken);
}
