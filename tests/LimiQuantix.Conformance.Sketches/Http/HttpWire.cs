using LimiQuantix.Operations;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>
/// How the calls of a client reach the endpoints of the engine's host: over whatever message handler the application has, so that tests and proxies can stand
/// between.
/// </summary>
public abstract class HttpWire(HttpMessageInvoker http)
{
    /// <summary>What sends.</summary>
    protected HttpMessageInvoker Http => http;

    /// <summary>A request whose answer is one resource or several: JSON, and an ETag that is the version.</summary>
    public abstract Task<T> AskAsync<T>(string noun, string verb, object?[] arguments, CancellationToken cancellationToken);

    /// <summary>A request whose answer is that it is done.</summary>
    public abstract Task DoAsync(string noun, string verb, object?[] arguments, CancellationToken cancellationToken);

    /// <summary>A request that begins an operation: 202 with its address, which the handle follows.</summary>
    public abstract Task<OperationHandle<T>> BeginAsync<T>(string noun, string verb, object?[] arguments, CancellationToken cancellationToken);

    /// <summary>Server-sent events, which go on after their last position when the connection breaks.</summary>
    public abstract IAsyncEnumerable<T> FollowAsync<T>(string noun, string verb, object?[] arguments, CancellationToken cancellationToken);
}
