namespace LimiQuantix.Conformance.Sketches.Daemon;

/// <summary>The connection to a node's daemon: gRPC, say. Each member is a method of a service; records are messages, errors come back as what they were.</summary>
public interface INodeLine : IAsyncDisposable
{
    /// <summary>What the daemon said first: the node, the contract's version, and what the instance has.</summary>
    NodeHello Hello { get; }

    /// <summary>One request, one answer. A stream in the request goes along in chunks.</summary>
    Task<T> CallAsync<T>(string service, string method, object request, CancellationToken cancellationToken);

    /// <summary>One request, items until an explicit end; without one it broke.</summary>
    IAsyncEnumerable<T> StreamAsync<T>(string service, string method, object request, CancellationToken cancellationToken);

    /// <summary>One request, an answer, and bytes both ways for as long as what is given is open.</summary>
    Task<T> OpenAsync<T>(string service, string method, object request, CancellationToken cancellationToken);
}

/// <summary>What a daemon says first of an instance.</summary>
public sealed record NodeHello
{
    public required IReadOnlySet<string> Capabilities { get; init; }

    public required IReadOnlyDictionary<string, string> Properties { get; init; }
}

/// <summary>What the proxies of all contracts share.</summary>
public abstract class DaemonProvider(INodeLine line) : IProvider
{
    /// <summary>The service on the wire.</summary>
    protected abstract string Service { get; }

    // Known since the hello, and renewed with each connection: nobody may keep the answer.
    public T? GetCapability<T>() where T : class => line.Hello.Capabilities.Contains(typeof(T).Name) ? this as T : null;

    public async Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            return await line.CallAsync<ProviderHealth>(Service, nameof(CheckHealthAsync), request, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException e)
        {
            return new ProviderHealth { Status = ProviderHealthStatus.Unhealthy, Description = e.Message };
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await line.DisposeAsync().ConfigureAwait(false);
    }
}
