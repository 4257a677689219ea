using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class LibvirtConnection
{
    /// <summary>The daemon works at one call with one thread: from so many domains on, more than one is asked for them.</summary>
    private const int DomainsWorthACall = 128;

    /// <summary>A daemon takes five calls of a client at a time; the fifth is left to others.</summary>
    private const int MostCalls = 4;

    /// <summary>An answer may hold 4,096 domains and 32 MiB; a machine with many disks has some 10 KiB of statistics.</summary>
    private const int MostDomainsACall = 1000;

    private const ConnectGetAllDomainStatsFlags Choosing =
        ConnectGetAllDomainStatsFlags.Active | ConnectGetAllDomainStatsFlags.Inactive | ConnectGetAllDomainStatsFlags.Persistent
        | ConnectGetAllDomainStatsFlags.Transient | ConnectGetAllDomainStatsFlags.Running | ConnectGetAllDomainStatsFlags.Paused
        | ConnectGetAllDomainStatsFlags.Shutoff | ConnectGetAllDomainStatsFlags.Other;

    /// <summary>
    /// The chosen groups of statistics of all domains, or of those the flags choose. The domains are listed first and asked for a few hundred
    /// at a time, side by side, so that no number of them is too many for an answer. One that goes meanwhile is left out.
    /// </summary>
    public async Task<IReadOnlyList<DomainStatistics>> GetAllDomainStatisticsAsync(
        DomainStatsGroups groups = DomainStatsGroups.None, ConnectGetAllDomainStatsFlags flags = 0, CancellationToken cancellationToken = default)
    {
        // The flags that choose have the same bits in both calls.
        var chosen = (ConnectListAllDomainsFlags)(uint)(flags & Choosing);
        ConnectListAllDomainsRet found = await Remote.ConnectListAllDomainsAsync(1, (uint)chosen, cancellationToken).ConfigureAwait(false);
        return found.Domains.Length == 0 ? [] : await AskAsync(found.Domains, groups, flags & ~Choosing, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The chosen groups of statistics of some domains of this connection. One that is gone is left out; of none, none.</summary>
    /// <exception cref="ArgumentException">One of them is null or of another connection.</exception>
    public async Task<IReadOnlyList<DomainStatistics>> GetDomainStatisticsAsync(
        IReadOnlyCollection<Domain> domains, DomainStatsGroups groups = DomainStatsGroups.None, ConnectGetAllDomainStatsFlags flags = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(domains);
        foreach (Domain domain in domains)
        {
            if (domain is null)
                throw new ArgumentException("One of the domains is null.", nameof(domains));
            RefuseForeign(domain.Connection, domain, nameof(domains));
        }
        // Of an empty list the protocol would give all.
        return domains.Count == 0 ? [] : await AskAsync(domains.Select(domain => domain.Ref).ToArray(), groups, flags, cancellationToken).ConfigureAwait(false);
    }

    private async Task<DomainStatistics[]> AskAsync(
        DomainRef[] domains, DomainStatsGroups groups, ConnectGetAllDomainStatsFlags flags, CancellationToken cancellationToken)
    {
        int calls = Math.Clamp(domains.Length / DomainsWorthACall, 1, MostCalls);
        int each = Math.Min((domains.Length + calls - 1) / calls, MostDomainsACall);
        using var turns = new SemaphoreSlim(MostCalls);
        IEnumerable<Task<DomainStatistics[]>> parts = domains.Chunk(each).Select(async part =>
        {
            await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                DomainStatsRecord[] records = await Remote.ConnectGetAllDomainStatsAsync(part, (uint)groups, (uint)flags, cancellationToken).ConfigureAwait(false);
                return Array.ConvertAll(records, record => new DomainStatistics(new Domain(this, record.Dom), TypedParameter.FromWire(record.Params)));
            }
            finally
            {
                turns.Release();
            }
        });
        DomainStatistics[][] answers = await Task.WhenAll(parts).ConfigureAwait(false);
        return answers.Length == 1 ? answers[0] : [.. answers.SelectMany(answer => answer)];
    }
}
