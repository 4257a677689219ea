namespace LimiQuantix;

/// <summary>
/// One opened instance of a technology: a hypervisor of a node, a storage pool, an image source. Opened by a plugin's factory
/// without touching the outside, so that a missing daemon is an error of a call and not of the host's start.
/// </summary>
public interface IProvider : IAsyncDisposable
{
    /// <summary>
    /// Asks for an optional capability, by its interface. The answer may differ by instance, node or version, and passes through
    /// decorators and remote proxies; therefore ask here and do not use <c>is</c>.
    /// </summary>
    /// <typeparam name="T">The capability's interface, for example <c>ISerialLog</c>.</typeparam>
    /// <returns>The capability, or <see langword="null"/> when this instance does not have it.</returns>
    T? GetCapability<T>() where T : class;

    /// <summary>Tells whether the instance can work now. Never throws for an unhealthy instance; it returns the reason.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks a provider whether it can work.</summary>
public sealed record CheckHealthRequest;
