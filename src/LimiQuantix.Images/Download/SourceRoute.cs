namespace LimiQuantix.Images.Download;

/// <summary>
/// Where a download's ranges are opened: the place that the source found for its location, after redirects. A place that was signed for a
/// while, or a mirror that went away, is asked for anew at the location itself.
/// </summary>
internal sealed class SourceRoute(IImageSource source, ProbeImageRequest original, ImageSourceInfo info, bool mustHaveValidator) : IDisposable
{
    // So many failures in a row make even a passing one a reason to look for another place.
    private const int PatienceWithPlace = 2;
    private readonly SemaphoreSlim _asking = new(1, 1);
    private int _asked;
    private long _received;
    private long _receivedWhenAsked;

    /// <summary>The place now.</summary>
    public SourcePlace Current { get; private set; } = new(info.Location, original.Trust, info.Location != original.Location);

    /// <summary>Counts bytes that came from a place.</summary>
    public void Receive(SourcePlace place, int count)
    {
        place.HasServed = true;
        place.Failures = 0;
        Interlocked.Add(ref _received, count);
    }

    /// <summary>After a failure: whether there is another place now, or the same one anew.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>: another version is there. Or a passing error of the source.</exception>
    public async Task<bool> TryAskAgainAsync(SourcePlace failed, LimiQuantixException error, CancellationToken cancellationToken)
    {
        if (!failed.IsRedirected || error.Code == ErrorCodes.Conflict) return false;
        if (error.IsTransient && ++failed.Failures <= PatienceWithPlace) return false;
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Current != failed) return true;
            var received = Interlocked.Read(ref _received);
            if (_asked > 0 && received == _receivedWhenAsked) return false;
            _asked++;
            _receivedWhenAsked = received;
            return await AskAsync(error, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>An error of a place as a person should read it: what a redirect's target refuses is not for the host's credentials to mend.</summary>
    public static LimiQuantixException Explain(SourcePlace place, LimiQuantixException error) =>
        !place.IsRedirected || error.Code != ErrorCodes.PermissionDenied ? error : new LimiQuantixException(
            error.Error with { Remedy = "The location redirects to an address that refuses, also when it is asked again. Try later, or give another address." }, error);

    public void Dispose() => _asking.Dispose();

    private async Task<bool> AskAsync(LimiQuantixException error, CancellationToken cancellationToken)
    {
        ImageSourceInfo now;
        try
        {
            now = await source.ProbeAsync(original, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException refusal) when (!refusal.IsTransient)
        {
            return false;
        }

        if (now.LengthBytes == info.LengthBytes && (!mustHaveValidator || now.Validator == info.Validator))
        {
            Current = new SourcePlace(now.Location, original.Trust, now.Location != original.Location);
            return true;
        }

        // Another mirror's version is a reason to begin anew only when there is no going on here.
        return error.IsTransient ? false : throw DownloadFailures.Changed(Sources.Locations.Redact(original.Location));
    }
}

/// <summary>An address that a location led to.</summary>
internal sealed class SourcePlace(string location, LocationTrust trust, bool isRedirected)
{
    public string Location { get; } = location;

    /// <summary>What may be done for it.</summary>
    public LocationTrust Trust { get; } = trust;

    /// <summary>Whether it is another than the location that was given.</summary>
    public bool IsRedirected { get; } = isRedirected;

    /// <summary>Whether it gave bytes already: a refusal is then no last word.</summary>
    public bool HasServed { get; set; }

    /// <summary>Passing failures since the last bytes.</summary>
    public int Failures { get; set; }
}
