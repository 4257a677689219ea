using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>An agent that answers where its hypervisor opens a channel to it, and reads the files that a test gave it.</summary>
internal sealed class FakeGuestAgent(ProviderContext context, IReadOnlyDictionary<string, byte[]> files) : IGuestAgentProvider
{
    public string ChannelName => VirtioChannel.QemuGuestAgent;

    public T? GetCapability<T>() where T : class => null;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public async Task<GuestAgentObservation> DescribeAsync(DescribeGuestAgentRequest request, CancellationToken cancellationToken = default)
    {
        await using var channel = await context.OpenGuestChannelAsync!(new OpenGuestChannelRequest { MachineId = request.MachineId, Name = ChannelName }, cancellationToken);
        return new GuestAgentObservation { Product = "fake", ObservedAt = context.TimeProvider.GetUtcNow() };
    }

    public Task<GetGuestAddressesResult> GetAddressesAsync(GetGuestAddressesRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new GetGuestAddressesResult { ObservedAt = context.TimeProvider.GetUtcNow() });

    public Task<ReadGuestFileResult> ReadFileAsync(ReadGuestFileRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ReadGuestFileResult
        {
            Bytes = files.TryGetValue(request.Path, out var bytes) ? bytes.AsMemory(0, Math.Min(bytes.Length, request.MaxBytes)) : null,
            ObservedAt = context.TimeProvider.GetUtcNow(),
        });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Channels of commands that nobody answers on.</summary>
internal sealed class FakeChannels : IGuestChannels
{
    public Task<GuestChannel> OpenChannelAsync(OpenGuestChannelRequest request, CancellationToken cancellationToken = default) => Task.FromResult<GuestChannel>(
        new GuestCommandChannel { NodeId = NodeId.Local, Ask = (_, _) => Task.FromResult(new GuestCommandReply()) });
}
