namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>Its definition, secrets (VNC passwords) included, to be changed and defined again.</summary>
    public async Task<DomainXml> GetDefinitionAsync(CancellationToken cancellationToken = default) =>
        DomainXml.Parse(await GetXmlAsync(DomainXmlFlags.Inactive | DomainXmlFlags.Secure, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Changes its definition: reads it with its secrets, lets <paramref name="change"/> change what it means to change, and defines the rest as
    /// it was. A running domain takes it at its next start. libvirt is asked to refuse what it does not know instead of dropping it.
    /// </summary>
    /// <exception cref="LibvirtException">libvirt refuses the change; the definition is as before.</exception>
    public async Task<Domain> EditAsync(Action<DomainXml> change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        DomainXml definition = await GetDefinitionAsync(cancellationToken).ConfigureAwait(false);
        change(definition);
        return await Connection.DefineDomainAsync(definition.ToString(), DomainDefineFlags.Validate, cancellationToken).ConfigureAwait(false);
    }
}
