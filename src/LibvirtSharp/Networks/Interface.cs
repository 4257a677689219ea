using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A network interface of the host. A light handle that owns nothing; it goes on working after a reconnection. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed class Interface
{
    internal Interface(LibvirtConnection connection, InterfaceRef reference)
    {
        Connection = connection;
        Ref = reference;
    }

    /// <summary>The connection its calls go through.</summary>
    public LibvirtConnection Connection { get; }

    /// <summary>Its name.</summary>
    public string Name => Ref.Name;

    /// <summary>Its MAC address.</summary>
    public string Mac => Ref.Mac;

    /// <summary>The wire's reference to it, for <see cref="LibvirtConnection.Remote"/>.</summary>
    public InterfaceRef Ref { get; }

    private RemoteProgram Remote => Connection.Remote;

    /// <summary>The same one with another deadline for its calls.</summary>
    public Interface WithTimeout(TimeSpan timeout) => new(Connection.WithTimeout(timeout), Ref);

    /// <summary>Its XML.</summary>
    public async Task<string> GetXmlAsync(InterfaceXmlFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.InterfaceGetXmlDescAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Starts it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default) =>
        await Remote.InterfaceCreateAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Stops it.</summary>
    public async Task DestroyAsync(CancellationToken cancellationToken = default) =>
        await Remote.InterfaceDestroyAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes its definition.</summary>
    public async Task UndefineAsync(CancellationToken cancellationToken = default) =>
        await Remote.InterfaceUndefineAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether it runs.</summary>
    public async Task<bool> IsActiveAsync(CancellationToken cancellationToken = default) =>
        await Remote.InterfaceIsActiveAsync(Ref, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
