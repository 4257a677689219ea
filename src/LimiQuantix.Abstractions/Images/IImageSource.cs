namespace LimiQuantix.Images;

/// <summary>
/// Where images come from. A source only probes and opens ranges; the engine downloads in parallel, resumes, hashes and stores.
/// Failures are <see cref="LimiQuantixException"/> with <see cref="ErrorCodes.NotFound"/>, <see cref="ErrorCodes.PermissionDenied"/>,
/// <see cref="ErrorCodes.Unavailable"/> (transient), <see cref="ErrorCodes.Timeout"/> (transient) or <see cref="ErrorCodes.SourceFailed"/>.
/// A source does not retry; it says what is transient.
/// </summary>
public interface IImageSource : IProvider
{
    /// <summary>
    /// Which locations the source serves, as prefixes (see <see cref="ImageLocation.IsPrefix"/>): <c>hello://</c> for all of a scheme,
    /// <c>s3://bucket</c> or <c>https://mirror.example/images/</c> for some of it. A location is asked of the instance whose prefix is the longest that fits, so
    /// that several instances of one kind live side by side; best their options say it. Asked once, when the instance is opened.
    /// </summary>
    IReadOnlyList<string> Serves { get; }

    /// <summary>Asks what is there, without transferring it.</summary>
    /// <param name="request">What to ask about.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default);

    /// <summary>Opens the bytes, or a range of them. The stream ends early only by throwing.</summary>
    /// <param name="request">What to open.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.Conflict"/>: what is there no longer matches <see cref="ImageRangeRequest.Validator"/>.
    /// </exception>
    Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks a source what is at a location.</summary>
public sealed record ProbeImageRequest
{
    /// <summary>An absolute URL, as it was given: see <see cref="ImageLocation"/>.</summary>
    public required string Location { get; init; }

    /// <summary>What may be done for it, by who gave it.</summary>
    public LocationTrust Trust { get; init; } = LocationTrust.Untrusted;

    /// <summary>What is asked, with the location as it may be shown.</summary>
    public override string ToString() => $"{nameof(ProbeImageRequest)} {{ Location = {ImageLocation.Redact(Location)}, Trust = {Trust} }}";
}
