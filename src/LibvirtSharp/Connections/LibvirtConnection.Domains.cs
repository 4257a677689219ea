using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class LibvirtConnection
{
    /// <summary>Defines a domain, or redefines the one with the same UUID, without starting it.</summary>
    public async Task<Domain> DefineDomainAsync(string xml, DomainDefineFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, await Remote.DomainDefineXmlFlagsAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>Creates and starts a transient domain, which is gone when it stops.</summary>
    public async Task<Domain> CreateDomainAsync(string xml, DomainCreateFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, await PromptRemote.DomainCreateXmlAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>The domain with this UUID; <see cref="LibvirtErrorCode.NoDomain"/> when there is none.</summary>
    public async Task<Domain> LookupDomainByUuidAsync(Guid uuid, CancellationToken cancellationToken = default) =>
        new(this, await Remote.DomainLookupByUuidAsync(uuid, cancellationToken).ConfigureAwait(false));

    /// <summary>The domain with this name; <see cref="LibvirtErrorCode.NoDomain"/> when there is none.</summary>
    public async Task<Domain> LookupDomainByNameAsync(string name, CancellationToken cancellationToken = default) =>
        new(this, await Remote.DomainLookupByNameAsync(name, cancellationToken).ConfigureAwait(false));

    /// <summary>The running domain with this number; <see cref="LibvirtErrorCode.NoDomain"/> when there is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative: a domain that is off has none.</exception>
    public async Task<Domain> LookupDomainByIdAsync(int id, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        return new(this, await Remote.DomainLookupByIdAsync(id, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>All domains, or those the flags choose.</summary>
    public async Task<IReadOnlyList<Domain>> ListAllDomainsAsync(ConnectListAllDomainsFlags flags = 0, CancellationToken cancellationToken = default)
    {
        ConnectListAllDomainsRet found = await Remote.ConnectListAllDomainsAsync(1, (uint)flags, cancellationToken).ConfigureAwait(false);
        return Array.ConvertAll(found.Domains, domain => new Domain(this, domain));
    }

    /// <summary>A domain's XML from another format's, <c>qemu-argv</c> or <c>xen-xl</c>, as the driver can.</summary>
    public async Task<string> ConvertXmlFromNativeAsync(string format, string config, CancellationToken cancellationToken = default) =>
        await Remote.ConnectDomainXmlFromNativeAsync(format, config, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>What the driver makes of a domain's XML, <c>qemu-argv</c> for QEMU's command line.</summary>
    public async Task<string> ConvertXmlToNativeAsync(string format, string xml, CancellationToken cancellationToken = default) =>
        await Remote.ConnectDomainXmlToNativeAsync(format, xml, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>The XML of the domain in a file that <see cref="Domain.SaveAsync(string, string?, DomainSaveRestoreFlags, CancellationToken)"/> wrote.</summary>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public async Task<string> GetSaveImageXmlAsync(string path, DomainSaveImageXmlFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSaveImageGetXmlDescAsync(HostPath.Absolute(path), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Changes the XML of the domain in a file that <see cref="Domain.SaveAsync(string, string?, DomainSaveRestoreFlags, CancellationToken)"/> wrote, as far as the memory in it allows.</summary>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public async Task DefineSaveImageXmlAsync(string path, string xml, DomainSaveRestoreFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSaveImageDefineXmlAsync(HostPath.Absolute(path), xml, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Continues a domain from a file of the host that <see cref="Domain.SaveAsync(string, string?, DomainSaveRestoreFlags, CancellationToken)"/> wrote.</summary>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public async Task RestoreDomainAsync(string path, string? xml = null, DomainSaveRestoreFlags flags = 0, CancellationToken cancellationToken = default) =>
        await LongRemote.DomainRestoreFlagsAsync(HostPath.Absolute(path), xml, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Continues a domain from a file of the host, as libvirt's <c>VIR_DOMAIN_SAVE_PARAM_…</c> values say: <c>file</c>, an absolute path, and <c>dxml</c>.</summary>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public async Task RestoreDomainAsync(
        ReadOnlyMemory<TypedParameter> parameters, DomainSaveRestoreFlags flags = 0, CancellationToken cancellationToken = default)
    {
        HostPath.RefuseRelativeFile(parameters.Span);
        await LongRemote.DomainRestoreParamsAsync(TypedParameter.ToWire(parameters.Span), (uint)flags, cancellationToken).ConfigureAwait(false);
    }
}
