using LimiQuantix.Core.Consoles;
using LimiQuantix.Core.Guests;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Status;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Machines.Observation;

/// <summary>Reads machines: what is stored, with what the hypervisor sees now.</summary>
internal sealed class MachineReader(
    ResourceTable<MachineDocument> machines, StatusTable<MachineStatusDocument> statuses, ProviderInstances providers, GuestAgents agents,
    SerialLogReader serialLog, TimeProvider timeProvider)
{
    private const int MaxSshLogBytes = 64 << 10;
    private static readonly TimeSpan ObserveTimeout = TimeSpan.FromSeconds(30);

    public async Task<VirtualMachine> GetAsync(Guid id, string project, CancellationToken cancellationToken) =>
        await ComposeAsync((await machines.GetAsync(id, project, cancellationToken).ConfigureAwait(false)).Value, cancellationToken).ConfigureAwait(false);

    /// <summary>Shows machines as they were seen last; nobody is asked.</summary>
    public async Task<IReadOnlyList<VirtualMachine>> ShowAsync(IReadOnlyList<MachineDocument> documents, CancellationToken cancellationToken)
    {
        var seen = await statuses.FindAsync(documents.Select(document => document.Id), cancellationToken).ConfigureAwait(false);
        return [.. documents.Select((document, index) => MachineView.Compose(document, seen[index]))];
    }

    /// <summary>Shows a machine as its hypervisor sees it now; where that does not answer, as it was seen last.</summary>
    public async Task<VirtualMachine> ComposeAsync(MachineDocument document, CancellationToken cancellationToken)
    {
        var last = await statuses.FindAsync(document.Id, cancellationToken).ConfigureAwait(false);
        var seen = await SeeAsync(document, last?.Value, cancellationToken).ConfigureAwait(false);
        var now = MachineView.Remember(document, seen, last?.Value);
        return MachineView.Compose(document, new Stored<MachineStatusDocument> { Value = now, Version = last?.Version ?? 0, Json = default });
    }

    /// <summary>Looks at a machine.</summary>
    /// <param name="document">The machine.</param>
    /// <param name="last">What was seen last: what of it does not change is not looked for again.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<MachineSight> SeeAsync(MachineDocument document, MachineStatusDocument? last, CancellationToken cancellationToken)
    {
        var (observation, error) = await TryAsync(
            (document.Hypervisor, document.NodeId), async (hypervisor, token) =>
                (await hypervisor.ObserveAsync(new ObserveMachineRequest { MachineId = document.Id }, token).ConfigureAwait(false)).Machine, cancellationToken).ConfigureAwait(false);
        var addresses = observation?.PowerState == PowerState.Running
            ? await AddressesAsync(document, cancellationToken).ConfigureAwait(false)
            : [];
        var ssh = observation?.PowerState == PowerState.Running && last?.SshHostKeys is not { Count: > 0 } ? await SshAsync(document, cancellationToken).ConfigureAwait(false) : null;
        return new MachineSight(observation, error, addresses, timeProvider.GetUtcNow()) { Ssh = ssh };
    }

    private async Task<GuestSsh?> SshAsync(MachineDocument document, CancellationToken cancellationToken)
    {
        if (document.Spec.Serials?.Any(serial => serial?.Log == true) != true) return null;
        using var deadline = new CancellationTokenSource(ObserveTimeout, timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await serialLog.ReadTailAsync(document.Id, document.Project, MaxSshLogBytes, linked.Token).ConfigureAwait(false) is { } log ? GuestSsh.Read(log) : null;
        }
        catch (Exception exception) when (exception is LimiQuantixException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // What is known of the machine itself is worth more.
            return null;
        }
    }

    private async Task<IReadOnlyList<MachineAddress>> AddressesAsync(MachineDocument document, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(ObserveTimeout, timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        GetGuestAddressesResult? said = null;
        try
        {
            said = await agents.TryAskAsync(
                document, (agent, token) => agent.GetAddressesAsync(new GetGuestAddressesRequest { MachineId = document.Id }, token), linked.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is LimiQuantixException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // What is known of the machine itself is worth more than its addresses.
        }

        return [.. (said?.Addresses ?? []).Select(address => new MachineAddress { Address = address, Source = AddressSource.Agent })];
    }

    private async Task<(T? Value, LimiQuantixError? Error)> TryAsync<T>(
        (string Name, NodeId Node) instance, Func<IHypervisor, CancellationToken, Task<T?>> ask, CancellationToken cancellationToken) where T : class
    {
        using var deadline = new CancellationTokenSource(ObserveTimeout, timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var hypervisor = await providers.GetAsync<IHypervisor>(instance.Name, instance.Node, linked.Token).ConfigureAwait(false);
            return (await ask(hypervisor, linked.Token).ConfigureAwait(false), null);
        }
        catch (LimiQuantixException exception)
        {
            return (null, exception.Error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new LimiQuantixError
            {
                Code = ErrorCodes.Timeout,
                Message = $"The hypervisor '{instance.Name}' of node '{instance.Node}' did not answer in {ObserveTimeout.TotalSeconds:0} s.",
                IsTransient = true,
            });
        }
    }
}

/// <summary>What a look at a machine gave.</summary>
/// <param name="Observation">What the hypervisor sees; <see langword="null"/> when it has no such machine, or did not answer.</param>
/// <param name="Error">Why it did not answer.</param>
/// <param name="Addresses">The guest's addresses that are known.</param>
/// <param name="At">When.</param>
internal sealed record MachineSight(MachineObservation? Observation, LimiQuantixError? Error, IReadOnlyList<MachineAddress> Addresses, DateTimeOffset At)
{
    /// <summary>What the guest said of its SSH server; <see langword="null"/> when it was not looked for.</summary>
    public GuestSsh? Ssh { get; init; }
}
