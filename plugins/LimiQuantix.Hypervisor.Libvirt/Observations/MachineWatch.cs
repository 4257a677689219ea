using System.Runtime.CompilerServices;
using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Hypervisor.Libvirt.Observations;

/// <summary>Follows this installation's machines over lost connections.</summary>
internal sealed class MachineWatch(ProviderContext context, LibvirtLink link, MachineDirectory directory)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);
    private readonly ILogger _logger = HypervisorLog.For(context);

    public async IAsyncEnumerable<HypervisorEvent> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TimeSpan delay = FirstDelay;
        bool isDown = false;
        while (true)
        {
            EventReader? reader = await TryOpenAsync(isDown, cancellationToken).ConfigureAwait(false);
            if (reader is null)
            {
                if (!isDown)
                    yield return new HypervisorEvent { Kind = HypervisorEventKind.Disconnected };
                isDown = true;
                await Task.Delay(delay, context.TimeProvider, cancellationToken).ConfigureAwait(false);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
                continue;
            }

            await using (reader.ConfigureAwait(false))
            {
                (isDown, delay) = (false, FirstDelay);
                yield return new HypervisorEvent { Kind = HypervisorEventKind.Resync };
                while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } lifecycle)
                {
                    if (lifecycle is ResyncEvent)
                        yield return new HypervisorEvent { Kind = HypervisorEventKind.Resync };
                    else if (lifecycle is DomainLifecycleEvent domain
                        && await reader.TranslateAsync(domain, cancellationToken).ConfigureAwait(false) is { } told)
                        yield return told;
                    else if (lifecycle is DomainRebootEvent reboot
                        && await reader.TranslateAsync(reboot, cancellationToken).ConfigureAwait(false) is { } rebooted)
                        yield return rebooted;
                }
            }

            isDown = true;
            HypervisorLog.Disconnected(_logger, link.Uri, reader.Failure ?? "");
            yield return new HypervisorEvent { Kind = HypervisorEventKind.Disconnected, Reason = reader.Failure };
        }
    }

    /// <summary>
    /// Subscribes first and then looks at what is there, so that nothing falls between; <see langword="null"/> while libvirt does not
    /// answer.
    /// </summary>
    private async Task<EventReader?> TryOpenAsync(bool isToldDown, CancellationToken cancellationToken)
    {
        EventReader? reader = null;
        try
        {
            LibvirtEventSubscription subscription = await link.CallAsync(
                connection => connection.SubscribeAsync([LibvirtEventKind.DomainLifecycle, LibvirtEventKind.DomainReboot], cancellationToken: cancellationToken),
                null,
                cancellationToken).ConfigureAwait(false);
            reader = new EventReader(subscription, directory, cancellationToken);
            await reader.LearnAsync(link, cancellationToken).ConfigureAwait(false);
            return reader;
        }
        catch (LimiQuantixException error)
        {
            if (!isToldDown)
                HypervisorLog.Disconnected(_logger, link.Uri, error.Message);
            if (reader is not null)
                await reader.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }
}
