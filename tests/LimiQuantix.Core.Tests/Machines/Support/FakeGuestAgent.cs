using LimiQuantix.Guests;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>An agent that answers, and says no more.</summary>
internal sealed class FakeGuestAgent : IGuestAgent
{
    public Task<PingGuestResult> PingAsync(PingGuestRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new PingGuestResult { IsAlive = true });

    public Task<GetGuestAddressesResult> GetAddressesAsync(GetGuestAddressesRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new GetGuestAddressesResult());

    public Task<ReadGuestFileResult> ReadFileAsync(ReadGuestFileRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ReadGuestFileResult());
}
