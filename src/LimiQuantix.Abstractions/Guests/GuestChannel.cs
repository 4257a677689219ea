using System.Diagnostics.CodeAnalysis;
using LimiQuantix.Nodes;

namespace LimiQuantix.Guests;

/// <summary>
/// Capability of a hypervisor: it opens the doors between its guests and its node. A channel is used where it is opened: it never crosses to another
/// process. Agent providers run beside the hypervisor, and what crosses is their verbs.
/// </summary>
[Experimental("LQX001")]
public interface IGuestChannels
{
    /// <summary>Opens a machine's channel. Whoever asked owns it, and there is one host at a channel that is bytes.</summary>
    /// <param name="request">The machine, and which channel.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: no such machine; <see cref="ErrorCodes.AgentAbsent"/>: it has no such channel;
    /// <see cref="ErrorCodes.FailedPrecondition"/>: it is off; <see cref="ErrorCodes.MachinePaused"/>.
    /// </exception>
    Task<GuestChannel> OpenChannelAsync(OpenGuestChannelRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks for a machine's channel.</summary>
[Experimental("LQX001")]
public sealed record OpenGuestChannelRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>The channel's name, such as <see cref="Machines.VirtioChannel.QemuGuestAgent"/>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Whether only a channel of commands may be opened, because another process has those that are bytes: one of bytes is then
    /// <see cref="ErrorCodes.Unavailable"/>, not transient, and stays as it is.
    /// </summary>
    public bool CommandsOnly { get; init; }
}

/// <summary>
/// An opened channel: <see cref="GuestByteChannel"/> or <see cref="GuestCommandChannel"/>. New kinds come in minor versions; an agent provider refuses
/// one that it does not know.
/// </summary>
[Experimental("LQX001")]
public abstract class GuestChannel : IAsyncDisposable
{
    private protected GuestChannel()
    {
    }

    /// <summary>The node on which it is valid: the one that the machine runs on.</summary>
    public required NodeId NodeId { get; init; }

    /// <summary>Closes it, which ends what is under way.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>
/// A channel that is a pipe of bytes. It has no connections: what a former host left unread may come first, and a guest that starts anew is no end.
/// </summary>
[Experimental("LQX001")]
public sealed class GuestByteChannel : GuestChannel
{
    /// <summary>The duplex stream; closed with the channel.</summary>
    public required Stream Stream { get; init; }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => Stream.DisposeAsync();
}

/// <summary>
/// A channel that the hypervisor speaks the agent's protocol on itself: one request, one reply, as libvirt with QEMU's guest agent. It may be open any
/// number of times, also by several processes.
/// </summary>
[Experimental("LQX001")]
public sealed class GuestCommandChannel : GuestChannel
{
    /// <summary>
    /// Asks the agent. It throws <see cref="ErrorCodes.AgentAbsent"/>: nobody in the guest has opened the channel; <see cref="ErrorCodes.AgentSilent"/>: who
    /// has did not answer in time; <see cref="ErrorCodes.MachinePaused"/>; <see cref="ErrorCodes.FailedPrecondition"/>: the machine is off;
    /// <see cref="ErrorCodes.Unavailable"/>: the hypervisor does not answer.
    /// </summary>
    public required Func<GuestCommand, CancellationToken, Task<GuestCommandReply>> Ask { get; init; }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>One request to an agent.</summary>
[Experimental("LQX001")]
public sealed record GuestCommand
{
    /// <summary>The request as the agent's protocol has it: of QEMU's, a JSON object.</summary>
    public required string Text { get; init; }

    /// <summary>How long the agent may take; whole seconds are taken, at least one.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>An agent's reply. The guest chose it: nothing of it is to be trusted.</summary>
[Experimental("LQX001")]
public sealed record GuestCommandReply
{
    /// <summary>The reply as the agent's protocol has it; <see langword="null"/> when the agent refused.</summary>
    public string? Text { get; init; }

    /// <summary>Why the agent refused, in its words.</summary>
    public string? Error { get; init; }
}
