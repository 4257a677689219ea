using System.Runtime.CompilerServices;
using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>Its state and why it is in it.</summary>
    public async Task<DomainStatus> GetStateAsync(CancellationToken cancellationToken = default)
    {
        StrongBox<DomainRef> version = _identity.Version;
        DomainGetStateRet state = await Remote.DomainGetStateAsync(Ref, 0, cancellationToken).ConfigureAwait(false);
        Saw((DomainState)state.State, version);
        return new DomainStatus((DomainState)state.State, state.Reason);
    }

    /// <summary>State, memory, processors and the time they ran.</summary>
    public async Task<DomainInfo> GetInfoAsync(CancellationToken cancellationToken = default)
    {
        StrongBox<DomainRef> version = _identity.Version;
        DomainGetInfoRet info = await Remote.DomainGetInfoAsync(Ref, cancellationToken).ConfigureAwait(false);
        Saw((DomainState)info.State, version);
        return new DomainInfo((DomainState)info.State, SizeUnits.FromKibibytes(info.MaxMem), SizeUnits.FromKibibytes(info.Memory), info.NrVirtCpu, new TimeSpan((long)(info.CpuTime / 100)));
    }

    /// <summary>Its XML: of the running domain, or with <see cref="DomainXmlFlags.Inactive"/> of its definition. Secrets only with <see cref="DomainXmlFlags.Secure"/>.</summary>
    public async Task<string> GetXmlAsync(DomainXmlFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainGetXmlDescAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>What kind of guest it is: <c>hvm</c>, <c>xen</c>, <c>exe</c>.</summary>
    public async Task<string> GetOSTypeAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainGetOSTypeAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether it runs.</summary>
    public async Task<bool> IsActiveAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainIsActiveAsync(Ref, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Whether it has a definition that stays when it stops.</summary>
    public async Task<bool> IsPersistentAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainIsPersistentAsync(Ref, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Whether its running state differs from its definition.</summary>
    public async Task<bool> IsUpdatedAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainIsUpdatedAsync(Ref, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>The first security driver's label of the running domain. A host may have several: <see cref="GetSecurityLabelsAsync"/>.</summary>
    public async Task<DomainSecurityLabel> GetSecurityLabelAsync(CancellationToken cancellationToken = default) =>
        DomainSecurityLabel.FromWire(await Remote.DomainGetSecurityLabelAsync(Ref, cancellationToken).ConfigureAwait(false));

    /// <summary>Every security driver's label of the running domain.</summary>
    public async Task<IReadOnlyList<DomainSecurityLabel>> GetSecurityLabelsAsync(CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.DomainGetSecurityLabelListAsync(Ref, cancellationToken).ConfigureAwait(false)).Labels, DomainSecurityLabel.FromWire);

    /// <summary>Sets its title, description or one element of its metadata (in <paramref name="namespaceUri"/>); null removes.</summary>
    public async Task SetMetadataAsync(
        DomainMetadataType type, string? metadata, string? key = null, string? namespaceUri = null, DomainModificationFlags flags = 0,
        CancellationToken cancellationToken = default) =>
        await Remote.DomainSetMetadataAsync(Ref, (int)type, metadata, key, namespaceUri, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Its title, description or one element of its metadata; <see cref="LibvirtErrorCode.NoDomainMetadata"/> when there is none.</summary>
    public async Task<string> GetMetadataAsync(
        DomainMetadataType type, string? namespaceUri = null, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainGetMetadataAsync(Ref, (int)type, namespaceUri, (uint)flags, cancellationToken).ConfigureAwait(false);

    private void Saw(DomainState state, StrongBox<DomainRef> version)
    {
        if (state == DomainState.Shutoff && version.Value.Id >= 0)
            _identity.Stopped(version);
    }
}
