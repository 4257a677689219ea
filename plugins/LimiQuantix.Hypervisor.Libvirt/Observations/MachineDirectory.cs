using System.Runtime.CompilerServices;
using System.Xml.Linq;
using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Definitions;
using LimiQuantix.Hypervisor.Libvirt.Files;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt.Observations;

/// <summary>Finds and observes domains. What does not carry this installation's mark is never more than listed.</summary>
internal sealed class MachineDirectory(ProviderContext context, LibvirtLink link)
{
    /// <summary>The machine's domain, or <see langword="null"/> when there is none or it is not ours.</summary>
    public async Task<OwnedDomain?> FindAsync(Guid machineId, CancellationToken cancellationToken)
    {
        Domain? domain = await LookUpAsync(machineId, cancellationToken).ConfigureAwait(false);
        return domain is null ? null : await OwnedAsync(domain, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    public async Task<OwnedDomain> GetAsync(Guid machineId, CancellationToken cancellationToken) =>
        await FindAsync(machineId, cancellationToken).ConfigureAwait(false)
        ?? throw new LimiQuantixException(ErrorCodes.NotFound, $"There is no machine {machineId:D} on this node.", target: machineId.ToString("D"));

    /// <summary>Whoever's domain has this UUID.</summary>
    public Task<Domain?> LookUpAsync(Guid machineId, CancellationToken cancellationToken) => OrAbsentAsync(
        async connection => (Domain?)await connection.LookupDomainByUuidAsync(machineId, cancellationToken).ConfigureAwait(false), cancellationToken);

    /// <summary>The domain with its mark, when it has ours.</summary>
    public async Task<OwnedDomain?> OwnedAsync(Domain domain, CancellationToken cancellationToken)
    {
        string? text = await OrAbsentAsync(
            async _ => (string?)await domain.GetXmlAsync(DomainXmlFlags.Inactive, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        if (text is null)
            return null;
        XElement definition = XElement.Parse(text);
        return DomainMetadata.Read(definition) is { } mark && mark.Ownership.InstallationId == context.InstallationId
            ? new OwnedDomain { Domain = domain, Definition = definition, Digest = mark.Digest, Shape = mark.Shape, Record = mark.Record, Mark = DomainMark.Read(definition) }
            : null;
    }

    /// <summary>Observes a domain; <see langword="null"/> when it went meanwhile.</summary>
    public async Task<MachineObservation?> ObserveAsync(Domain domain, CancellationToken cancellationToken)
    {
        if (await StatusAsync(domain, cancellationToken).ConfigureAwait(false) is not { } known)
            return null;
        PowerState power = DomainStates.Power(known);
        OwnedDomain? owned = await OwnedAsync(domain, cancellationToken).ConfigureAwait(false);
        (PauseCause cause, string? reason) = await CauseAsync(domain, known, cancellationToken).ConfigureAwait(false);
        var observation = new MachineObservation { HypervisorName = domain.Name, PowerState = power, Reason = reason, PauseCause = cause };
        return owned is null ? observation : observation with
        {
            MachineId = domain.Uuid,
            Record = owned.Record,
            Mark = owned.Mark,
            Accelerator = (string?)owned.Definition.Attribute("type") == "kvm" ? "kvm" : "tcg",
            MachineType = (string?)owned.Definition.Element("os")?.Element("type")?.Attribute("machine"),
            IsIncoming = DomainStates.MayBeIncoming(known) && await IsIncomingAsync(domain, cancellationToken).ConfigureAwait(false),
            Drift = await DriftAsync(owned, power is not (PowerState.Stopped or PowerState.Crashed), cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>Whether a domain runs, and nothing else.</summary>
    public async Task<PowerState> GetPowerAsync(Domain domain, CancellationToken cancellationToken) =>
        await StatusAsync(domain, cancellationToken).ConfigureAwait(false) is { } status ? DomainStates.Power(status) : PowerState.Absent;

    public async IAsyncEnumerable<MachineObservation> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<Domain> domains = await link.CallAsync(
            connection => connection.ListAllDomainsAsync(cancellationToken: cancellationToken), null, cancellationToken).ConfigureAwait(false);
        foreach (Domain domain in domains)
        {
            if (await ObserveAsync(domain, cancellationToken).ConfigureAwait(false) is { } observation)
                yield return observation;
        }
    }

    private async Task<IReadOnlyList<string>> DriftAsync(OwnedDomain owned, bool isActive, CancellationToken cancellationToken)
    {
        DefinedCopy? copy = await DefinedCopy.ReadAsync(new MachineFiles(context, owned.Domain.Uuid).DefinedPath, cancellationToken).ConfigureAwait(false);
        DaemonFacts facts = await link.GetFactsAsync(cancellationToken).ConfigureAwait(false);
        List<string> drift = copy is null ? [] : [.. DomainDrift.Compare(copy, owned.Definition, facts.LibvirtVersion)];
        if (isActive)
        {
            string? live = await OrAbsentAsync(
                async _ => (string?)await owned.Domain.GetXmlAsync(cancellationToken: cancellationToken).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
            if (await OrAbsentAsync(async _ => (bool?[])[await owned.Domain.IsPersistentAsync(cancellationToken).ConfigureAwait(false)], cancellationToken).ConfigureAwait(false) is [false])
                drift.Add("The machine has no definition any more: it is gone when it goes off, unless it is started or defined again before.");
            if (live is not null)
                drift.AddRange(DomainDrift.CompareLive(owned.Definition, XElement.Parse(live)));
        }

        return drift;
    }

    // That a disk has no room is told by the disk alone: of the domain it is an I/O error like any other.
    private async Task<(PauseCause Cause, string? Reason)> CauseAsync(Domain domain, DomainStatus known, CancellationToken cancellationToken)
    {
        (PauseCause cause, string? reason) = (DomainStates.Cause(known), DomainStates.Reason(known));
        if (cause != PauseCause.DiskError)
            return (cause, reason);
        try
        {
            IReadOnlyDictionary<string, DomainDiskErrorCode>? errors = await OrAbsentAsync(
                async _ => (IReadOnlyDictionary<string, DomainDiskErrorCode>?)await domain.GetDiskErrorsAsync(cancellationToken).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
            string[] failing = [.. (errors ?? new Dictionary<string, DomainDiskErrorCode>()).Where(error => error.Value != DomainDiskErrorCode.None)
                .OrderBy(error => error.Key, StringComparer.Ordinal)
                .Select(error => $"{error.Key}: {(error.Value == DomainDiskErrorCode.NoSpace ? "no space" : "failed")}")];
            if (errors?.Values.Contains(DomainDiskErrorCode.NoSpace) == true)
                cause = PauseCause.NoSpace;
            return (cause, failing.Length == 0 ? reason : $"{reason}: {string.Join(", ", failing)}");
        }
        catch (LimiQuantixException error) when (error.Code != ErrorCodes.Unavailable)
        {
            // A daemon that cannot tell, or a machine that goes on at this moment.
            return (cause, reason);
        }
    }

    // Both sides of a migration are held for a moment; the job says which one it is.
    private async Task<bool> IsIncomingAsync(Domain domain, CancellationToken cancellationToken)
    {
        try
        {
            DomainJobStatistics? job = await OrAbsentAsync(
                async _ => (DomainJobStatistics?)await domain.GetJobStatisticsAsync(cancellationToken: cancellationToken).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
            return job?.Operation == DomainJobOperation.MigrationIn;
        }
        catch (LimiQuantixException error) when (error.Code != ErrorCodes.Unavailable)
        {
            // A daemon that cannot tell, or a job that ended at this moment.
            return false;
        }
    }

    private Task<DomainStatus?> StatusAsync(Domain domain, CancellationToken cancellationToken) => OrAbsentAsync(
        async _ => (DomainStatus?)await domain.GetStateAsync(cancellationToken).ConfigureAwait(false), cancellationToken);

    /// <summary>A domain may go between two calls: that is an answer, not an error.</summary>
    private async Task<T?> OrAbsentAsync<T>(Func<LibvirtConnection, Task<T?>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await link.CallAsync(call, null, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException error) when (error.Code == ErrorCodes.NotFound)
        {
            return default;
        }
    }
}
