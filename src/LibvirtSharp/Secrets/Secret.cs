using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A secret: a passphrase or key that libvirt keeps. A light handle that owns nothing; it goes on working after a reconnection. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed class Secret
{
    internal Secret(LibvirtConnection connection, SecretRef reference)
    {
        Connection = connection;
        Ref = reference;
    }

    /// <summary>The connection its calls go through.</summary>
    public LibvirtConnection Connection { get; }

    /// <summary>Its UUID.</summary>
    public Guid Uuid => Ref.Uuid;

    /// <summary>What it is for.</summary>
    public SecretUsageType UsageType => (SecretUsageType)Ref.UsageType;

    /// <summary>Which one of those it is for.</summary>
    public string UsageId => Ref.UsageID;

    /// <summary>The wire's reference to it, for <see cref="LibvirtConnection.Remote"/>.</summary>
    public SecretRef Ref { get; }

    private RemoteProgram Remote => Connection.Remote;

    /// <summary>The same one with another deadline for its calls.</summary>
    public Secret WithTimeout(TimeSpan timeout) => new(Connection.WithTimeout(timeout), Ref);

    /// <summary>Its XML, without the value.</summary>
    public async Task<string> GetXmlAsync(CancellationToken cancellationToken = default) =>
        await Remote.SecretGetXmlDescAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Sets its value.</summary>
    public async Task SetValueAsync(ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default) =>
        await Remote.SecretSetValueAsync(Ref, value.Span, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Its value; refused for a private one.</summary>
    public async Task<byte[]> GetValueAsync(CancellationToken cancellationToken = default) =>
        await Remote.SecretGetValueAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes it.</summary>
    public async Task UndefineAsync(CancellationToken cancellationToken = default) =>
        await Remote.SecretUndefineAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>Its UUID.</summary>
    public override string ToString() => Uuid.ToString();
}
