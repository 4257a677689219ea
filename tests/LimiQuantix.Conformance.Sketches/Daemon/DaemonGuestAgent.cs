using LimiQuantix.Guests;

namespace LimiQuantix.Conformance.Sketches.Daemon;

/// <summary>The agents of a node's guests, over the daemon: it has the sessions, and what crosses is verbs.</summary>
public sealed class DaemonGuestAgent(INodeLine line) : DaemonProvider(line), IGuestAgentProvider
{
    private readonly INodeLine line = line;

    protected override string Service => nameof(IGuestAgentProvider);

    public string ChannelName => line.Hello.Properties[nameof(ChannelName)];

    public Task<GuestAgentObservation> DescribeAsync(DescribeGuestAgentRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<GuestAgentObservation>(Service, nameof(DescribeAsync), request, cancellationToken);

    public Task<GetGuestAddressesResult> GetAddressesAsync(GetGuestAddressesRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<GetGuestAddressesResult>(Service, nameof(GetAddressesAsync), request, cancellationToken);

    public Task<ReadGuestFileResult> ReadFileAsync(ReadGuestFileRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<ReadGuestFileResult>(Service, nameof(ReadFileAsync), request, cancellationToken);
}
