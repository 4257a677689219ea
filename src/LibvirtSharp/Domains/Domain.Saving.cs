using System.Runtime.CompilerServices;
using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>Stops it and keeps its memory, so that its next start continues there.</summary>
    public Task ManagedSaveAsync(DomainSaveRestoreFlags flags = 0, CancellationToken cancellationToken = default) =>
        StoppingAsync(_identity.Version, Long.DomainManagedSaveAsync(Ref, (uint)flags, cancellationToken));

    /// <summary>Whether its next start continues from kept memory.</summary>
    public async Task<bool> HasManagedSaveImageAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainHasManagedSaveImageAsync(Ref, 0, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Discards the kept memory.</summary>
    public async Task RemoveManagedSaveAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainManagedSaveRemoveAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>The XML it would continue with.</summary>
    public async Task<string> GetManagedSaveXmlAsync(DomainSaveImageXmlFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainManagedSaveGetXmlDescAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Changes the XML of the saved domain, as far as its memory allows.</summary>
    public async Task DefineManagedSaveXmlAsync(string xml, DomainSaveRestoreFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainManagedSaveDefineXmlAsync(Ref, xml, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Stops it and saves its memory to a file of the host; <see cref="LibvirtConnection.RestoreDomainAsync(string, string?, DomainSaveRestoreFlags, CancellationToken)"/> continues.</summary>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public Task SaveAsync(string path, string? xml = null, DomainSaveRestoreFlags flags = 0, CancellationToken cancellationToken = default) =>
        StoppingAsync(_identity.Version, Long.DomainSaveFlagsAsync(Ref, HostPath.Absolute(path), xml, (uint)flags, cancellationToken));

    /// <summary>Stops it and saves its memory as libvirt's <c>VIR_DOMAIN_SAVE_PARAM_…</c> values say: <c>file</c>, an absolute path, and <c>dxml</c>.</summary>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public Task SaveAsync(ReadOnlyMemory<TypedParameter> parameters, DomainSaveRestoreFlags flags = 0, CancellationToken cancellationToken = default)
    {
        HostPath.RefuseRelativeFile(parameters.Span);
        return StoppingAsync(_identity.Version, Long.DomainSaveParamsAsync(Ref, TypedParameter.ToWire(parameters.Span), (uint)flags, cancellationToken));
    }

    /// <summary>Writes its memory to a file of the host.</summary>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public async Task CoreDumpAsync(
        string path, DomainCoreDumpFormat format = DomainCoreDumpFormat.Raw, DomainCoreDumpFlags flags = 0, CancellationToken cancellationToken = default)
    {
        StrongBox<DomainRef> version = _identity.Version;
        ValueTask dump = Long.DomainCoreDumpWithFormatAsync(Ref, HostPath.Absolute(path), (uint)format, (uint)flags, cancellationToken);
        await (flags.HasFlag(DomainCoreDumpFlags.Crash) ? StoppingAsync(version, dump) : dump.AsTask()).ConfigureAwait(false);
    }

    /// <summary>The statistics of its running job, or of the last completed one.</summary>
    public async Task<DomainJobStatistics> GetJobStatisticsAsync(DomainGetJobStatsFlags flags = 0, CancellationToken cancellationToken = default) =>
        DomainJobStatistics.FromWire(await Remote.DomainGetJobStatsAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>Ends its running job.</summary>
    public async Task AbortJobAsync(DomainAbortJobFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainAbortJobFlagsAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Renames it; it must not run.</summary>
    public async Task RenameAsync(string newName, CancellationToken cancellationToken = default)
    {
        await Remote.DomainRenameAsync(Ref, newName, 0, cancellationToken).ConfigureAwait(false);
        _identity.Renamed(newName);
    }
}
