using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A network filter that is in force on a device. A light handle that owns nothing; it goes on working after a reconnection. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed class NwFilterBinding
{
    internal NwFilterBinding(LibvirtConnection connection, NwFilterBindingRef reference)
    {
        Connection = connection;
        Ref = reference;
    }

    /// <summary>The connection its calls go through.</summary>
    public LibvirtConnection Connection { get; }

    /// <summary>The device.</summary>
    public string PortDevice => Ref.Portdev;

    /// <summary>The filter's name.</summary>
    public string FilterName => Ref.Filtername;

    /// <summary>The wire's reference to it, for <see cref="LibvirtConnection.Remote"/>.</summary>
    public NwFilterBindingRef Ref { get; }

    private RemoteProgram Remote => Connection.Remote;

    /// <summary>The same one with another deadline for its calls.</summary>
    public NwFilterBinding WithTimeout(TimeSpan timeout) => new(Connection.WithTimeout(timeout), Ref);

    /// <summary>Its XML.</summary>
    public async Task<string> GetXmlAsync(CancellationToken cancellationToken = default) =>
        await Remote.NwFilterBindingGetXmlDescAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes the filter off the device.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken = default) =>
        await Remote.NwFilterBindingDeleteAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>Its device.</summary>
    public override string ToString() => PortDevice;
}
