namespace LimiQuantix.Images.Http;

/// <summary>A response and the address that gave it, after redirects.</summary>
internal sealed record HttpAnswer(HttpResponseMessage Response, Uri Location) : IDisposable
{
    public void Dispose() => Response.Dispose();
}
