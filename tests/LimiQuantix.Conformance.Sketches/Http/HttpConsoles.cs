using LimiQuantix.Consoles;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Consoles over HTTP.</summary>
public sealed class HttpConsoles(HttpWire wire) : IConsoles
{
    private const string Noun = nameof(ILimiQuantix.Consoles);

    public Task<Screenshot> CaptureScreenshotAsync(Guid machineId, ScreenshotOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<Screenshot>(Noun, nameof(CaptureScreenshotAsync), [machineId, options], cancellationToken);

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadSerialLogAsync(Guid machineId, SerialLogOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.FollowAsync<ReadOnlyMemory<byte>>(Noun, nameof(ReadSerialLogAsync), [machineId, options], cancellationToken);
}
