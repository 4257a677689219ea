using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>Its state and why it is in it.</summary>
    public async Task<DomainStatus> GetStateAsync(CancellationToken cancellationToken = default)
    {
        DomainGetStateRet state = await Remote.DomainGetStateAsync(Ref, 0, cancellationToken).ConfigureAwait(false);
        return new DomainStatus((DomainState)state.State, state.Reason);
    }

    /// <summary>State, memory, processors and the time they ran.</summary>
    public async Task<DomainInfo> GetInfoAsync(CancellationToken cancellationToken = default)
    {
        DomainGetInfoRet info = await Remote.DomainGetInfoAsync(Ref, cancellationToken).ConfigureAwait(false);
        return new DomainInfo((DomainState)info.State, info.MaxMem * 1024, info.Memory * 1024, info.NrVirtCpu, new TimeSpan((long)(info.CpuTime / 100)));
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

    /// <summary>Sets its title, description or one element of its metadata (in <paramref name="namespaceUri"/>); null removes.</summary>
    public async Task SetMetadataAsync(
        DomainMetadataType type, string? metadata, string? key = null, string? namespaceUri = null, DomainModificationFlags flags = 0,
        CancellationToken cancellationToken = default) =>
        await Remote.DomainSetMetadataAsync(Ref, (int)type, metadata, key, namespaceUri, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Its title, description or one element of its metadata; <see cref="LibvirtErrorCode.NoDomainMetadata"/> when there is none.</summary>
    public async Task<string> GetMetadataAsync(
        DomainMetadataType type, string? namespaceUri = null, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainGetMetadataAsync(Ref, (int)type, namespaceUri, (uint)flags, cancellationToken).ConfigureAwait(false);
}
