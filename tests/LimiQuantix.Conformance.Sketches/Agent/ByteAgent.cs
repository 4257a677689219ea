using System.Collections.Concurrent;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;

namespace LimiQuantix.Conformance.Sketches.Agent;

/// <summary>A session of our own agent's protocol over a channel of bytes, as LimiQuantix.Guest has it.</summary>
public interface IByteSession : IAsyncDisposable
{
    Task<(string Version, IReadOnlyList<string> Addresses)> GetInfoAsync(CancellationToken cancellationToken);

    Task<ReadOnlyMemory<byte>?> ReadAsync(string path, int maxBytes, CancellationToken cancellationToken);
}

/// <summary>
/// An agent that is spoken with in bytes, beside QEMU's, which is spoken with in commands: one session a machine, opened when it is first needed and again when
/// it ended; what callers see is verbs.
/// </summary>
public sealed class ByteAgent(ProviderContext context, Func<Stream, CancellationToken, Task<IByteSession>> begin) : IGuestAgentProvider
{
    private readonly ConcurrentDictionary<Guid, Lazy<Task<IByteSession>>> _sessions = new();

    public string ChannelName => VirtioChannel.GuestAgent;

    public T? GetCapability<T>() where T : class => this as T;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public async Task<GuestAgentObservation> DescribeAsync(DescribeGuestAgentRequest request, CancellationToken cancellationToken = default)
    {
        var (version, _) = await (await SessionAsync(request.MachineId).ConfigureAwait(false)).GetInfoAsync(cancellationToken).ConfigureAwait(false);
        return new GuestAgentObservation { Product = "limiquantix", Version = version, ObservedAt = context.TimeProvider.GetUtcNow() };
    }

    public async Task<GetGuestAddressesResult> GetAddressesAsync(GetGuestAddressesRequest request, CancellationToken cancellationToken = default)
    {
        var (_, addresses) = await (await SessionAsync(request.MachineId).ConfigureAwait(false)).GetInfoAsync(cancellationToken).ConfigureAwait(false);
        return new GetGuestAddressesResult { Addresses = addresses, ObservedAt = context.TimeProvider.GetUtcNow() };
    }

    public async Task<ReadGuestFileResult> ReadFileAsync(ReadGuestFileRequest request, CancellationToken cancellationToken = default)
    {
        var session = await SessionAsync(request.MachineId).ConfigureAwait(false);
        return new ReadGuestFileResult
        {
            Bytes = await session.ReadAsync(request.Path, request.MaxBytes, cancellationToken).ConfigureAwait(false), ObservedAt = context.TimeProvider.GetUtcNow(),
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions.Values) await (await session.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
    }

    // Nobody's own: a caller that goes away ends its wait alone.
    private Task<IByteSession> SessionAsync(Guid machineId) => _sessions.GetOrAdd(machineId, id => new Lazy<Task<IByteSession>>(() => OpenAsync(id))).Value;

    private async Task<IByteSession> OpenAsync(Guid machineId)
    {
        var channel = await context.OpenGuestChannelAsync!(new OpenGuestChannelRequest { MachineId = machineId, Name = ChannelName }, CancellationToken.None).ConfigureAwait(false);
        return channel is GuestByteChannel bytes
            ? await begin(bytes.Stream, CancellationToken.None).ConfigureAwait(false)
            : throw new LimiQuantixException(ErrorCodes.Unavailable, $"A {channel.GetType().Name} is no channel of bytes.");
    }
}
