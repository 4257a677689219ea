using LimiQuantix.Core.Machines;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Guests;

/// <summary>
/// The agents of machines: which provider speaks with the one in a guest. Those that run on the machine's node come before shared ones, and our own agent before
/// QEMU's; one whose agent is absent gives way to the next.
/// </summary>
internal sealed class GuestAgents(ProviderInstances providers)
{
    /// <summary>Asks a machine's agent.</summary>
    /// <returns>What it answered, and the kind of provider that asked it.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.AgentAbsent"/>: there is none, or none that anybody here can speak with; or the agent's error.</exception>
    public async Task<(T Value, string Kind)> AskAsync<T>(
        MachineDocument machine, Func<IGuestAgentProvider, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        LimiQuantixException? absent = null;
        foreach (var (provider, kind) in await ProvidersAsync(machine, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                return (await ask(provider, cancellationToken).ConfigureAwait(false), kind);
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.AgentAbsent)
            {
                absent ??= e;
            }
        }

        throw absent ?? NoProvider(machine);
    }

    /// <summary>As <see cref="AskAsync"/>, for whoever only wants what there is: an agent that cannot answer now is no error.</summary>
    public async Task<T?> TryAskAsync<T>(
        MachineDocument machine, Func<IGuestAgentProvider, CancellationToken, Task<T>> ask, CancellationToken cancellationToken) where T : class
    {
        try
        {
            return (await AskAsync(machine, ask, cancellationToken).ConfigureAwait(false)).Value;
        }
        catch (LimiQuantixException e) when (e.Code is ErrorCodes.AgentAbsent or ErrorCodes.AgentSilent or ErrorCodes.AgentRefused or ErrorCodes.MachinePaused
            or ErrorCodes.FailedPrecondition)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<(IGuestAgentProvider Provider, string Kind)>> ProvidersAsync(MachineDocument machine, CancellationToken cancellationToken)
    {
        HashSet<string> channels = [.. (machine.Spec.Channels ?? []).OfType<VirtioChannel>().Select(channel => channel.Name)];
        List<(IGuestAgentProvider Provider, string Kind)> found = [];
        foreach (var instance in providers.All<IGuestAgentProvider>().Where(i => i.Node is null || i.Node == machine.NodeId).OrderBy(i => i.Node is null))
        {
            var provider = await providers.GetAsync<IGuestAgentProvider>(instance.Name, instance.Node, cancellationToken).ConfigureAwait(false);
            if (channels.Contains(provider.ChannelName)) found.Add((provider, instance.Kind));
        }

        return [.. found.OrderByDescending(one => one.Provider.ChannelName == VirtioChannel.GuestAgent)];
    }

    private static LimiQuantixException NoProvider(MachineDocument machine) => new(
        ErrorCodes.AgentAbsent, $"Nothing here speaks with an agent in '{machine.Name}': it has no channel for one that is known, or no provider of it is configured.",
        "Give the machine a channel and the host the agent's provider: AddLibvirt() brings that of QEMU's guest agent.", machine.Id.ToString());
}
