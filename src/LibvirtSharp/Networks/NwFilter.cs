using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A network filter. A light handle that owns nothing; it goes on working after a reconnection. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed class NwFilter
{
    internal NwFilter(LibvirtConnection connection, NwFilterRef reference)
    {
        Connection = connection;
        Ref = reference;
    }

    /// <summary>The connection its calls go through.</summary>
    public LibvirtConnection Connection { get; }

    /// <summary>Its name.</summary>
    public string Name => Ref.Name;

    /// <summary>Its UUID.</summary>
    public Guid Uuid => Ref.Uuid;

    /// <summary>The wire's reference to it, for <see cref="LibvirtConnection.Remote"/>.</summary>
    public NwFilterRef Ref { get; }

    private RemoteProgram Remote => Connection.Remote;

    /// <summary>The same one with another deadline for its calls.</summary>
    public NwFilter WithTimeout(TimeSpan timeout) => new(Connection.WithTimeout(timeout), Ref);

    /// <summary>Its XML.</summary>
    public async Task<string> GetXmlAsync(CancellationToken cancellationToken = default) =>
        await Remote.NwFilterGetXmlDescAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes it.</summary>
    public async Task UndefineAsync(CancellationToken cancellationToken = default) =>
        await Remote.NwFilterUndefineAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
