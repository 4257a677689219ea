using LimiQuantix.Diagnostics;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Doctor over HTTP.</summary>
public sealed class HttpDoctor(HttpWire wire) : IDoctor
{
    private const string Noun = nameof(ILimiQuantix.Doctor);

    public Task<IReadOnlyList<Prerequisite>> CheckAsync(DoctorQuery? query = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<IReadOnlyList<Prerequisite>>(Noun, nameof(CheckAsync), [query], cancellationToken);
}
