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
    /// <exception cref="LibvirtException">
    /// libvirt refuses the change; the definition is as before. <see cref="LibvirtErrorCode.OperationInvalid"/> for a transient domain: it has no
    /// definition, and defining one would make it stay.
    /// </exception>
    /// <exception cref="ArgumentException">The change is of the name or the UUID: it would be of another domain; <see cref="RenameAsync"/> renames.</exception>
    public async Task<Domain> EditAsync(Action<DomainXml> change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        DomainXml definition = await GetDefinitionAsync(cancellationToken).ConfigureAwait(false);
        (string? name, Guid? uuid) = (definition.Name, definition.Uuid);
        change(definition);
        if (definition.Name != name || definition.Uuid != uuid)
            throw new ArgumentException($"A domain keeps its name and its UUID: {nameof(RenameAsync)} renames.", nameof(change));
        // The last moment: another may undefine it meanwhile.
        if (!await IsPersistentAsync(cancellationToken).ConfigureAwait(false))
            throw new LibvirtException(LibvirtErrorCode.OperationInvalid, LibvirtErrorDomain.Domain, $"'{Name}' is transient: it has no definition that could be changed.");
        return await Connection.DefineDomainAsync(definition.ToString(), DomainDefineFlags.Validate, cancellationToken).ConfigureAwait(false);
    }
}
