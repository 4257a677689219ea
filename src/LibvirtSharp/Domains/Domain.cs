using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A virtual machine as libvirt knows it: a light handle that owns nothing. It goes on working after a reconnection; calls on a
/// domain that is gone fail with <see cref="LibvirtErrorCode.NoDomain"/>. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed partial class Domain
{
    private readonly DomainIdentity _identity;

    internal Domain(LibvirtConnection connection, DomainRef reference)
        : this(connection, new DomainIdentity(reference))
    {
    }

    private Domain(LibvirtConnection connection, DomainIdentity identity)
    {
        Connection = connection;
        _identity = identity;
    }

    /// <summary>The connection its calls go through.</summary>
    public LibvirtConnection Connection { get; }

    /// <summary>Its name, as this handle last learnt it: when it was made, renamed the domain or was refreshed (<see cref="RefreshAsync"/>).</summary>
    public string Name => Ref.Name;

    /// <summary>Its UUID.</summary>
    public Guid Uuid => Ref.Uuid;

    /// <summary>
    /// Its number while it runs; null otherwise. As this handle last learnt it: when it was made, started, stopped or reverted the domain, saw that it
    /// is off or was refreshed (<see cref="RefreshAsync"/>). What others start or stop meanwhile is in <see cref="DomainLifecycleEvent"/>.
    /// </summary>
    public int? Id => Ref.Id < 0 ? null : Ref.Id;

    /// <summary>The wire's reference to it, for <see cref="LibvirtConnection.Remote"/>.</summary>
    public DomainRef Ref => _identity.Current;

    private RemoteProgram Remote => Connection.Remote;

    private RemoteProgram Long => Connection.LongRemote;

    /// <summary>The same domain with another deadline for its calls.</summary>
    public Domain WithTimeout(TimeSpan timeout) => new(Connection.WithTimeout(timeout), _identity);

    /// <summary>Learns its present <see cref="Name"/> and <see cref="Id"/>.</summary>
    /// <exception cref="LibvirtException">It is gone (<see cref="LibvirtErrorCode.NoDomain"/>), or as for any call.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken = default) =>
        _identity.Set(await Remote.DomainLookupByUuidAsync(Uuid, cancellationToken).ConfigureAwait(false));

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
