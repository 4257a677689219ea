using LimiQuantix.Guests;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>An agent that answers, and says no more.</summary>
internal sealed class FakeGuestAgent : IGuestAgent
{
    public Task<bool> PingAsync(Guid machineId, CancellationToken cancellationToken = default) => Task.FromResult(true);

    public Task<IReadOnlyList<string>> GetAddressesAsync(Guid machineId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task<ReadOnlyMemory<byte>?> ReadFileAsync(
        Guid machineId, string path, int maxBytes, CancellationToken cancellationToken = default) =>
        Task.FromResult<ReadOnlyMemory<byte>?>(null);
}
