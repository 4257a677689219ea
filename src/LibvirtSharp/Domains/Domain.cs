using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A virtual machine as libvirt knows it: a light handle that owns nothing. It goes on working after a reconnection; calls on a
/// domain that is gone fail with <see cref="LibvirtErrorCode.NoDomain"/>. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed partial class Domain
{
    internal Domain(LibvirtConnection connection, DomainRef reference)
    {
        Connection = connection;
        Ref = reference;
    }

    /// <summary>The connection its calls go through.</summary>
    public LibvirtConnection Connection { get; }

    /// <summary>Its name when the handle was made.</summary>
    public string Name => Ref.Name;

    /// <summary>Its UUID.</summary>
    public Guid Uuid => Ref.Uuid;

    /// <summary>Its number when the handle was made, while it was running; null otherwise.</summary>
    public int? Id => Ref.Id < 0 ? null : Ref.Id;

    /// <summary>The wire's reference to it, for <see cref="LibvirtConnection.Remote"/>.</summary>
    public DomainRef Ref { get; }

    private RemoteProgram Remote => Connection.Remote;

    private RemoteProgram Long => Connection.LongRemote;

    /// <summary>The same domain with another deadline for its calls.</summary>
    public Domain WithTimeout(TimeSpan timeout) => new(Connection.WithTimeout(timeout), Ref);

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
