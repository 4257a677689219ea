using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A port of a virtual network. A light handle that owns nothing; it goes on working after a reconnection. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed class NetworkPort
{
    internal NetworkPort(LibvirtConnection connection, NetworkPortRef reference)
    {
        Connection = connection;
        Ref = reference;
    }

    /// <summary>The connection its calls go through.</summary>
    public LibvirtConnection Connection { get; }

    /// <summary>Its UUID.</summary>
    public Guid Uuid => Ref.Uuid;

    /// <summary>The network it is of.</summary>
    public Network Network => new(Connection, Ref.Net);

    /// <summary>The wire's reference to it, for <see cref="LibvirtConnection.Remote"/>.</summary>
    public NetworkPortRef Ref { get; }

    private RemoteProgram Remote => Connection.Remote;

    /// <summary>The same one with another deadline for its calls.</summary>
    public NetworkPort WithTimeout(TimeSpan timeout) => new(Connection.WithTimeout(timeout), Ref);

    /// <summary>Its XML.</summary>
    public async Task<string> GetXmlAsync(CancellationToken cancellationToken = default) =>
        await Remote.NetworkPortGetXmlDescAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Its parameters.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetParametersAsync(CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire((await Remote.NetworkPortGetParametersAsync(Ref, 16, Connection.TypedParameterFlags, cancellationToken).ConfigureAwait(false)).Params);

    /// <summary>Sets its parameters.</summary>
    public async Task SetParametersAsync(ReadOnlyMemory<TypedParameter> parameters, CancellationToken cancellationToken = default) =>
        await Remote.NetworkPortSetParametersAsync(Ref, TypedParameter.ToWire(parameters.Span), 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes it.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken = default) =>
        await Remote.NetworkPortDeleteAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Its UUID.</summary>
    public override string ToString() => Uuid.ToString();
}
