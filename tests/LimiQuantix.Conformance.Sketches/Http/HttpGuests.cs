using LimiQuantix.Guests;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Guests over HTTP.</summary>
public sealed class HttpGuests(HttpWire wire) : IGuests
{
    private const string Noun = nameof(ILimiQuantix.Guests);

    public Task<GuestAgentInfo> GetAgentAsync(Guid machineId, GetGuestAgentOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<GuestAgentInfo>(Noun, nameof(GetAgentAsync), [machineId, options], cancellationToken);

    public Task<GuestFile?> ReadFileAsync(Guid machineId, string path, ReadGuestFileOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<GuestFile?>(Noun, nameof(ReadFileAsync), [machineId, path, options], cancellationToken);
}
