using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Machines;

namespace LimiQuantix.Hypervisor.Libvirt.Observations;

/// <summary>Reads one connection's lifecycle events and keeps those of domains that are ours.</summary>
internal sealed class EventReader(LibvirtEventSubscription subscription, MachineDirectory directory, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<LibvirtEvent> _events = subscription.GetAsyncEnumerator(cancellationToken);
    private readonly HashSet<Guid> _owned = [];

    /// <summary>Why the events ended.</summary>
    public string? Failure { get; private set; }

    /// <summary>Learns which domains are ours: of one that is removed, nobody can ask any more.</summary>
    public async Task LearnAsync(LibvirtLink link, CancellationToken cancellationToken)
    {
        IReadOnlyList<Domain> domains = await link.CallAsync(
            connection => connection.ListAllDomainsAsync(cancellationToken: cancellationToken), null, cancellationToken).ConfigureAwait(false);
        foreach (Domain domain in domains)
            await IsOwnedAsync(domain, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The next event, or <see langword="null"/> when the connection ended.</summary>
    public async Task<LibvirtEvent?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await _events.MoveNextAsync().ConfigureAwait(false))
                return _events.Current;
            Failure = "The subscription ended.";
        }
        catch (LibvirtException error)
        {
            Failure = error.Message;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>That a guest began anew, or <see langword="null"/> when it is about a domain that is not ours.</summary>
    public async Task<HypervisorEvent?> TranslateAsync(DomainRebootEvent reboot, CancellationToken cancellationToken)
    {
        try
        {
            return await IsOwnedAsync(reboot.Domain, cancellationToken).ConfigureAwait(false)
                ? new HypervisorEvent { Kind = HypervisorEventKind.Rebooted, MachineId = reboot.Domain.Uuid, PowerState = PowerState.Running, Reason = "rebooted" }
                : null;
        }
        catch (LimiQuantixException error) when (error.IsTransient)
        {
            return null;
        }
    }

    /// <summary>The event as the contract's, or <see langword="null"/> when it is about a domain that is not ours.</summary>
    public async Task<HypervisorEvent?> TranslateAsync(DomainLifecycleEvent lifecycle, CancellationToken cancellationToken)
    {
        try
        {
            if (!await IsOwnedAsync(lifecycle.Domain, cancellationToken).ConfigureAwait(false))
                return null;
            var told = new HypervisorEvent
            {
                Kind = HypervisorEventKind.Changed,
                MachineId = lifecycle.Domain.Uuid,
                Reason = DomainStates.Reason(lifecycle),
            };
            if (DomainStates.Power(lifecycle) is { } power)
                return told with { PowerState = power };
            // Off, defined or no longer defined: whether it still exists, and how it is, only libvirt knows.
            PowerState seen = await directory.GetPowerAsync(lifecycle.Domain, cancellationToken).ConfigureAwait(false);
            if (seen != PowerState.Absent)
                return told with { PowerState = seen };
            _owned.Remove(lifecycle.Domain.Uuid);
            return told with { Kind = HypervisorEventKind.Removed, PowerState = PowerState.Absent };
        }
        catch (LimiQuantixException error) when (error.IsTransient)
        {
            // The connection broke between the event and the question; the reader will see its end, and a resync follows.
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync().ConfigureAwait(false);
        await subscription.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<bool> IsOwnedAsync(Domain domain, CancellationToken cancellationToken)
    {
        if (_owned.Contains(domain.Uuid))
            return true;
        if (await directory.OwnedAsync(domain, cancellationToken).ConfigureAwait(false) is null)
            return false;
        _owned.Add(domain.Uuid);
        return true;
    }
}
