using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>Sends a command to QEMU's guest agent and gives its answer, both JSON.</summary>
    /// <param name="command">The command, <c>{"execute":"guest-ping"}</c>.</param>
    /// <param name="timeout">How long the agent may take, in whole seconds; null for libvirt's own (5 seconds), <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="LibvirtException"><see cref="LibvirtErrorCode.AgentUnresponsive"/> when the agent does not answer.</exception>
    public async Task<string> QemuAgentCommandAsync(string command, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        int seconds = timeout switch
        {
            null => (int)DomainQemuAgentCommandTimeoutValues.Default,
            { } limit when limit == Timeout.InfiniteTimeSpan => (int)DomainQemuAgentCommandTimeoutValues.Block,
            { } limit => Math.Max(1, WholeTime.Seconds(limit, nameof(timeout))),
        };
        // The agent's own limit must be the one that speaks; the call's comes after it.
        TimeSpan own = Rpc.TimerLimit.Of(Connection.CallTimeout);
        TimeSpan call = timeout == Timeout.InfiniteTimeSpan || own == Timeout.InfiniteTimeSpan
            ? Timeout.InfiniteTimeSpan
            : own + TimeSpan.FromSeconds(Math.Max(0, seconds));
        LibvirtConnection patient = Connection.WithTimeout(call);
        string? answer = await (seconds is (int)DomainQemuAgentCommandTimeoutValues.Block or > 10 ? patient.LongQemu : patient.Qemu).DomainAgentCommandAsync(Ref, command, seconds, 0, cancellationToken).ConfigureAwait(false);
        return answer ?? "";
    }

    /// <summary>Sends a command to QEMU's monitor and gives its answer: QMP JSON, or the human monitor's text.</summary>
    public async Task<string> QemuMonitorCommandAsync(string command, DomainQemuMonitorCommandFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Connection.Qemu.DomainMonitorCommandAsync(Ref, command, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Opens its console or serial device, both ways.</summary>
    /// <param name="device">The device's alias, <c>serial0</c>; null for the first console.</param>
    /// <param name="flags">How, when it is already open elsewhere.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<LibvirtStream> OpenConsoleAsync(string? device = null, DomainConsoleFlags flags = 0, CancellationToken cancellationToken = default) =>
        Remote.DomainOpenConsoleAsync(Ref, device, (uint)flags, cancellationToken);

    /// <summary>Opens one of its channels to the guest, both ways; null for the first.</summary>
    public Task<LibvirtStream> OpenChannelAsync(string? name = null, DomainChannelFlags flags = 0, CancellationToken cancellationToken = default) =>
        Remote.DomainOpenChannelAsync(Ref, name, (uint)flags, cancellationToken);

    /// <summary>Sends a signal to a process in the guest; drivers of containers can.</summary>
    public async Task SendProcessSignalAsync(long processId, DomainProcessSignal signal, CancellationToken cancellationToken = default) =>
        await Remote.DomainSendProcessSignalAsync(Ref, processId, (uint)signal, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes a picture of a screen.</summary>
    public async Task<DomainScreenshot> ScreenshotAsync(int screen = 0, CancellationToken cancellationToken = default)
    {
        StreamReply<string?> reply = await Remote.DomainScreenshotAsync(Ref, WireNumber.Of(screen), 0, cancellationToken).ConfigureAwait(false);
        return new DomainScreenshot(reply.Stream, reply.Reply ?? "application/octet-stream");
    }
}
