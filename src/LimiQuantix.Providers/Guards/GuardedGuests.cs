using LimiQuantix.Guests;

namespace LimiQuantix.Providers.Guards;

/// <summary>A guest agent's protocol, guarded.</summary>
/// <param name="inner">The plugin's.</param>
/// <param name="channelName">The channel that it said its agent is on, when it was opened.</param>
/// <param name="guard">Calls it.</param>
/// <param name="capabilities">Its capabilities.</param>
internal sealed class GuardedGuestAgentProvider(IGuestAgentProvider inner, string channelName, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), IGuestAgentProvider
{
    private const int MaxAddresses = 256;

    public string ChannelName => channelName;

    public Task<GuestAgentObservation> DescribeAsync(DescribeGuestAgentRequest request, CancellationToken cancellationToken = default) =>
        Guard.ReadAsync(token => inner.DescribeAsync(request, token), cancellationToken);

    public async Task<GetGuestAddressesResult> GetAddressesAsync(GetGuestAddressesRequest request, CancellationToken cancellationToken = default)
    {
        var result = await Guard.ReadAsync(token => inner.GetAddressesAsync(request, token), cancellationToken).ConfigureAwait(false);
        return result.Addresses is { Count: <= MaxAddresses } addresses && addresses.All(address => address is not null)
            ? result
            : throw ProviderErrors.Wrong(Guard.Info, nameof(GetAddressesAsync), result.Addresses is { Count: var count } ? $"{count} addresses" : "null");
    }

    public async Task<ReadGuestFileResult> ReadFileAsync(ReadGuestFileRequest request, CancellationToken cancellationToken = default)
    {
        var result = await Guard.ReadAsync(token => inner.ReadFileAsync(request, token), cancellationToken).ConfigureAwait(false);
        return result.Bytes is not { Length: var length } || length <= request.MaxBytes
            ? result
            : throw ProviderErrors.Wrong(Guard.Info, nameof(ReadFileAsync), $"{length} bytes where {request.MaxBytes} were asked for");
    }
}

/// <summary>
/// The doors into a hypervisor's guests, guarded. The bytes of a channel are not: they are the agent provider's, which has deadlines of its own for what it
/// asks.
/// </summary>
internal sealed class GuardedGuestChannels(IGuestChannels inner, ProviderGuard guard) : IGuestChannels
{
    public async Task<GuestChannel> OpenChannelAsync(OpenGuestChannelRequest request, CancellationToken cancellationToken = default)
    {
        var channel = await guard.ReadAsync(token => inner.OpenChannelAsync(request, token), cancellationToken).ConfigureAwait(false);
        if (request.CommandsOnly && channel is not GuestCommandChannel)
        {
            await guard.EndAsync(channel, $"DisposeAsync of {nameof(OpenChannelAsync)}").ConfigureAwait(false);
            throw ProviderErrors.Wrong(guard.Info, nameof(OpenChannelAsync), "a channel of bytes where one of commands was asked for");
        }

        return channel is not GuestCommandChannel commands ? channel : new GuestCommandChannel
        {
            NodeId = commands.NodeId,
            // The agent's own time comes on top of the hypervisor's.
            Ask = (command, token) => guard.OnceAsync(
                guard.ReadCall($"a command of {nameof(OpenChannelAsync)}") is var call ? call with { Limit = call.Limit + command.Timeout } : default,
                late => commands.Ask(command, late), token),
        };
    }
}
