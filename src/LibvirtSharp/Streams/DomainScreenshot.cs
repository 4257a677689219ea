namespace LibvirtSharp;

/// <summary>A picture of a domain's screen: its media type (<c>image/x-portable-pixmap</c>, <c>image/png</c>) and its bytes, to be read and disposed.</summary>
public sealed record DomainScreenshot(LibvirtStream Stream, string MediaType) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
