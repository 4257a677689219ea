using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;

namespace LimiQuantix.Core.Guests;

/// <summary>
/// Opens channels into guests for the agent providers of this process. A channel of bytes has one host: the engine that leads. One that does not lead
/// opens channels of commands alone, and for the others names the one that does; when the lead is lost, what was opened is closed.
/// </summary>
internal sealed class GuestChannelOpener(
    ResourceTable<MachineDocument> machines, ProviderInstances providers, IStateStore state, LimiQuantixOptions options) : IEngineService
{
    private readonly Lock _gate = new();
    private readonly HashSet<LedStream> _open = [];
    private bool _leads;

    /// <summary>Opens a channel.</summary>
    /// <exception cref="LimiQuantixException">As <see cref="IGuestChannels.OpenChannelAsync"/>; <see cref="ErrorCodes.Unavailable"/>: another engine has it.</exception>
    public async Task<GuestChannel> OpenAsync(OpenGuestChannelRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var machine = (await machines.FindAsync(request.MachineId, cancellationToken).ConfigureAwait(false))?.Value
            ?? throw new LimiQuantixException(ErrorCodes.NotFound, $"There is no machine '{request.MachineId}'.", target: request.MachineId.ToString());
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        var channels = hypervisor.GetCapability<IGuestChannels>() ?? throw new LimiQuantixException(
            ErrorCodes.AgentAbsent, $"The hypervisor '{machine.Hypervisor}' opens no channels into its guests here.",
            "Use a hypervisor that does, or an agent provider on the machine's node.", request.MachineId.ToString());
        var leads = Leads;
        try
        {
            var channel = await channels.OpenChannelAsync(request with { CommandsOnly = request.CommandsOnly || !leads }, cancellationToken).ConfigureAwait(false);
            return channel is GuestByteChannel bytes ? await LedAsync(bytes, cancellationToken).ConfigureAwait(false) : channel;
        }
        catch (LimiQuantixException e) when (!leads && e is { Code: ErrorCodes.Unavailable, IsTransient: false })
        {
            throw await ElsewhereAsync(request, e, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        await LeaderNote.PutAsync(state, fence, options.NodeId, cancellationToken).ConfigureAwait(false);
        lock (_gate) _leads = true;
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            LedStream[] open;
            lock (_gate)
            {
                _leads = false;
                open = [.. _open];
            }

            foreach (var stream in open) await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private bool Leads
    {
        get
        {
            lock (_gate) return _leads;
        }
    }

    private async Task<GuestChannel> LedAsync(GuestByteChannel channel, CancellationToken cancellationToken)
    {
        var stream = new LedStream(channel.Stream, Forget);
        bool isLate;
        lock (_gate)
        {
            isLate = !_leads;
            if (!isLate) _open.Add(stream);
        }

        if (!isLate) return new GuestByteChannel { NodeId = channel.NodeId, Stream = stream };
        // The lead was lost while it was opened.
        await stream.DisposeAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        throw OperationErrors.NotLeading();
    }

    private void Forget(LedStream stream)
    {
        lock (_gate) _open.Remove(stream);
    }

    private async Task<LimiQuantixException> ElsewhereAsync(OpenGuestChannelRequest request, LimiQuantixException refusal, CancellationToken cancellationToken)
    {
        var leader = await LeaderNote.FindAsync(state, cancellationToken).ConfigureAwait(false);
        var who = leader is null ? "the engine that leads" : $"the engine of node '{leader.Node}' (process {leader.ProcessId})";
        return new LimiQuantixException(
            ErrorCodes.Unavailable, $"The channel '{request.Name}' of machine {request.MachineId} has one host, which is {who}; this engine does not lead.",
            "Ask that engine; when it has ended, another one takes over.", request.MachineId.ToString(), isTransient: true, innerException: refusal);
    }
}

/// <summary>Which engine leads, for the words of the others.</summary>
internal sealed record LeaderNote
{
    private const string Key = "engine/leader";

    public required NodeId Node { get; init; }

    public required int ProcessId { get; init; }

    public static Task PutAsync(IStateStore state, StateLease fence, NodeId node, CancellationToken cancellationToken)
    {
        var note = DocumentSerializer<LeaderNote>.Write(new LeaderNote { Node = node, ProcessId = Environment.ProcessId });
        return state.CommitOrThrowAsync(new StateTransaction { Mutations = [new StateMutation { Key = Key, Value = note }], Fence = fence }, cancellationToken);
    }

    public static async Task<LeaderNote?> FindAsync(IStateStore state, CancellationToken cancellationToken) =>
        await state.GetAsync(Key, cancellationToken).ConfigureAwait(false) is { } entry ? DocumentSerializer<LeaderNote>.Read(entry).Value : null;
}
