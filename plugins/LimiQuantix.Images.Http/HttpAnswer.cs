namespace LimiQuantix.Images.Http;

/// <summary>A response and the address that gave it, after redirects.</summary>
internal sealed record HttpAnswer(HttpResponseMessage Response, string Location, bool IsRedirected) : IDisposable
{
    public void Dispose() => Response.Dispose();
}

/// <summary>An answer whose body holds bytes that were asked for.</summary>
internal sealed record HttpBody(HttpAnswer Answer, Stream Content, RangeAnswer Range) : IAsyncDisposable, IDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync().ConfigureAwait(false);
        Answer.Dispose();
    }

    public void Dispose()
    {
        Content.Dispose();
        Answer.Dispose();
    }
}
