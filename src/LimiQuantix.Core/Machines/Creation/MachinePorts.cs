using LimiQuantix.Core.Networks;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Providers.Instances;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>Makes machines' ports, with host ports that no other machine of the node has, whether it is on or off.</summary>
internal sealed partial class MachinePorts(
    ProviderInstances providers, ResourceTable<MachineDocument> machines, ResourceTable<NetworkDocument> networks, Installation installation, EngineRetry retry, ILogger<MachinePorts> logger)
{
    private const string NodeIndex = "forwards-on";

    /// <summary>What machines are listed by: the node that they forward ports of.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Indexes(MachineDocument machine) => TakenBy(machine).Any() ? [new(NodeIndex, machine.Node)] : [];

    /// <summary>Makes the ports and binds them to the machine's node. Gives the document as it was stored last.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="isChosenAnew">Whether chosen host ports that are taken by now are chosen anew: the machine is off, and one was found taken.</param>
    /// <param name="context">The operation.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<(MachineDocument Machine, IReadOnlyList<MachineNic> Nics)> EnsureAsync(
        MachineDocument machine, bool isChosenAnew, OperationContext context, CancellationToken cancellationToken)
    {
        List<MachineNic> nics = [];
        foreach (var nic in machine.Nics)
        {
            var spec = machine.Spec.Nics!.First(wanted => wanted.Name == nic.Name);
            var fabric = await providers.GetWholeAsync<INetworkBackend>(nic.Fabric, machine.NodeId, cancellationToken).ConfigureAwait(false);
            var made = await EnsureAsync(machine, nic, spec, fabric, cancellationToken).ConfigureAwait(false);
            var bound = await BindAsync(machine, nic, spec, isChosenAnew, cancellationToken).ConfigureAwait(false);

            // The chosen host ports are stored before the definition names them: a resumed creation must ask for the same.
            if (!bound.Forwards.SequenceEqual(nic.Forwards))
            {
                if (nic.Forwards.Count > 0) LogChosenAnew(logger, machine.Name, machine.Id);
                await machines.UpdateAsync(machine.Id, current => WithForwards(current, nic.PortId, bound.Forwards), context.Fence, cancellationToken).ConfigureAwait(false);
                machine = WithForwards(machine, nic.PortId, bound.Forwards);
            }

            nics.Add(new MachineNic
            {
                Id = nic.Id, PortId = nic.PortId, MacAddress = nic.MacAddress, Addresses = made.Addresses, BootOrder = spec.BootOrder, Attachment = bound.Attachment,
            });
        }

        return (machine, nics);
    }

    /// <summary>The same error, with the machine that has the port where it is one of ours.</summary>
    public async Task<LimiQuantixException> ExplainAsync(MachineDocument machine, LimiQuantixException exception, CancellationToken cancellationToken)
    {
        var others = await OthersAsync(machine, cancellationToken).ConfigureAwait(false);
        var holders = from other in others
                      from theirs in TakenBy(other)
                      from ours in machine.Forwards
                      where HostPorts.Overlap(ours, theirs)
                      // A foreign project's machine is not named.
                      select other.Project == machine.Project ? $"port {ours.HostPort} is forwarded to '{other.Name}' too" : $"port {ours.HostPort} is forwarded to another project's machine too";
        var told = string.Join(", ", holders.Distinct().Take(8));
        return told.Length == 0 ? exception : new LimiQuantixException(exception.Error with { Message = $"{exception.Error.Message} On this node, {told}." }, exception);
    }

    // What a failed creation leaves has no ports.
    private static IEnumerable<PortForward> TakenBy(MachineDocument machine) => machine.Phase == MachinePhase.Failed
        ? []
        : machine.AllNics.SelectMany(nic => nic.Forwards)
            .Concat((machine.Spec.Nics ?? []).Concat(machine.Applied?.NicSpecs ?? []).SelectMany(nic => nic.Forwards))
            .Where(forward => forward.HostPort != 0).Distinct();

    private static MachineDocument WithForwards(MachineDocument machine, Guid portId, IReadOnlyList<PortForward> forwards) =>
        machine with
        {
            Nics = WithForwards(machine.Nics, portId, forwards),
            Applied = machine.Applied is null ? null : machine.Applied with { Nics = WithForwards(machine.Applied.Nics, portId, forwards) },
        };

    private static IReadOnlyList<MachineNicRecord> WithForwards(IReadOnlyList<MachineNicRecord> nics, Guid portId, IReadOnlyList<PortForward> forwards) =>
        [.. nics.Select(nic => nic.PortId == portId ? nic with { Forwards = forwards } : nic)];

    private async Task<PortObservation> EnsureAsync(
        MachineDocument machine, MachineNicRecord nic, NicSpec spec, INetworkBackend fabric, CancellationToken cancellationToken)
    {
        var network = new NetworkDefinition
        {
            Ownership = await OwnAsync(machine, nic.NetworkId, cancellationToken).ConfigureAwait(false),
            Name = nic.Fabric,
        };
        var stored = await networks.FindAsync(nic.NetworkId, cancellationToken).ConfigureAwait(false);
        var call = stored is null ? ProviderCallScope.NewSharedCall() : ProviderCallScope.NewCall(stored.Value.About);
        await retry.RunAsync(token => fabric.EnsureNetworkAsync(new EnsureNetworkRequest { Call = call, Definition = network }, token), cancellationToken).ConfigureAwait(false);
        var port = new PortDefinition
        {
            Ownership = await OwnAsync(machine, nic.PortId, cancellationToken).ConfigureAwait(false),
            NetworkId = nic.NetworkId,
            MacAddress = nic.MacAddress,
            Addresses = spec.Addresses,
        };
        return await retry.RunAsync(
            token => fabric.EnsurePortAsync(new EnsurePortRequest { Call = ProviderCallScope.NewCall(), Definition = port }, token), cancellationToken).ConfigureAwait(false);
    }

    // Host ports are the node's: they are chosen by its part of the fabric.
    private async Task<BindPortResult> BindAsync(MachineDocument machine, MachineNicRecord nic, NicSpec spec, bool isChosenAnew, CancellationToken cancellationToken)
    {
        var forwards = nic.Forwards.Count > 0 ? nic.Forwards : spec.Forwards;
        IReadOnlyList<PortForward> anew = isChosenAnew
            ? [.. nic.Forwards.Zip(spec.Forwards).Where(pair => pair.Second is { HostPort: 0, KeepHostPort: false }).Select(pair => pair.First)] : [];
        var taken = anew.Count > 0 || forwards.Any(forward => forward.HostPort == 0) ? await TakenAsync(machine, nic, cancellationToken).ConfigureAwait(false) : [];
        var part = await providers.GetPartAsync<INetworkBackend>(nic.Fabric, machine.NodeId, cancellationToken).ConfigureAwait(false);
        return await retry.RunAsync(
            token => part.BindPortAsync(
                new BindPortRequest
                {
                    Call = ProviderCallScope.NewCall(), PortId = nic.PortId, MachineId = machine.Id, Node = machine.NodeId, Forwards = forwards, Taken = taken, ChosenAnew = anew,
                },
                token),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What other machines of the node have, and this one's other interfaces.</summary>
    private async Task<IReadOnlyList<PortForward>> TakenAsync(MachineDocument machine, MachineNicRecord nic, CancellationToken cancellationToken)
    {
        var others = await OthersAsync(machine, cancellationToken).ConfigureAwait(false);
        return
        [
            .. others.SelectMany(TakenBy),
            .. machine.AllNics.Where(other => other.PortId != nic.PortId).SelectMany(other => other.Forwards).Where(forward => forward.HostPort != 0),
            .. (machine.Spec.Nics ?? []).Where(other => other.Name != nic.Name).SelectMany(other => other.Forwards).Where(forward => forward.HostPort != 0),
        ];
    }

    private async Task<IReadOnlyList<MachineDocument>> OthersAsync(MachineDocument machine, CancellationToken cancellationToken)
    {
        var isIndexed = await machines.IsReindexedAsync(cancellationToken).ConfigureAwait(false);
        var known = isIndexed
            ? await machines.ListByIndexAsync(NodeIndex, machine.Node, cancellationToken).ConfigureAwait(false)
            : await machines.ListAsync(null, cancellationToken).ConfigureAwait(false);
        return [.. known.Where(other => other.Id != machine.Id && other.Node == machine.Node)];
    }

    private async ValueTask<Ownership> OwnAsync(MachineDocument machine, Guid resourceId, CancellationToken cancellationToken) => new()
    {
        InstallationId = await installation.GetIdAsync(cancellationToken).ConfigureAwait(false),
        ResourceId = resourceId,
        Project = machine.Project,
    };

    [LoggerMessage(1, LogLevel.Warning, "A host port of machine {Name} ({MachineId}) was taken: another one was chosen")]
    private static partial void LogChosenAnew(ILogger logger, string name, Guid machineId);
}
