using System.Text.Json;
using System.Text.Json.Nodes;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt.Guests;

/// <summary>
/// QEMU's guest agent (https://www.qemu.org/docs/master/interop/qemu-ga-ref.html) on a channel of commands. It keeps nothing between two verbs: libvirt has the
/// session, and synchronises it.
/// </summary>
internal sealed class QemuGuestAgent(ProviderContext context, QemuGuestAgentOptions options) : IGuestAgentProvider
{
    /// <summary>A piece of a file: in base64 far below libvirt's limits of 4 MiB a message and 10 MiB a reply.</summary>
    private const int PieceBytes = 256 << 10;

    private const int MaxFileBytes = 1 << 20;
    private const int MaxTextLength = 256;

    public string ChannelName => VirtioChannel.QemuGuestAgent;

    public T? GetCapability<T>() where T : class => null;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public async Task<GuestAgentObservation> DescribeAsync(DescribeGuestAgentRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        GuestCommandChannel channel = await OpenAsync(request.MachineId, cancellationToken).ConfigureAwait(false);
        JsonElement? info = null;
        try
        {
            info = await AskAsync(channel, request.MachineId, "guest-info", null, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException error) when (error.Code == ErrorCodes.AgentRefused)
        {
            // It is there, and its policy keeps what it is.
        }

        string? version = info is { ValueKind: JsonValueKind.Object } answer && answer.TryGetProperty("version", out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString() : null;
        return new GuestAgentObservation { Product = "qemu-ga", Version = Printable(version), ObservedAt = context.TimeProvider.GetUtcNow() };
    }

    public async Task<GetGuestAddressesResult> GetAddressesAsync(GetGuestAddressesRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        GuestCommandChannel channel = await OpenAsync(request.MachineId, cancellationToken).ConfigureAwait(false);
        JsonElement interfaces = await AskAsync(channel, request.MachineId, "guest-network-get-interfaces", null, cancellationToken).ConfigureAwait(false);
        return new GetGuestAddressesResult { Addresses = AgentAddresses.Read(interfaces), ObservedAt = context.TimeProvider.GetUtcNow() };
    }

    public async Task<ReadGuestFileResult> ReadFileAsync(ReadGuestFileRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(request.Path);
        ArgumentOutOfRangeException.ThrowIfNegative(request.MaxBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.MaxBytes, MaxFileBytes);
        GuestCommandChannel channel = await OpenAsync(request.MachineId, cancellationToken).ConfigureAwait(false);
        var open = new JsonObject { ["path"] = request.Path, ["mode"] = "r" };
        GuestCommandReply opened = await channel.Ask(Command("guest-file-open", open), cancellationToken).ConfigureAwait(false);
        if (opened.Error is { } words)
        {
            if (AgentWords.SayThatThereIsNoFile(words)) return new ReadGuestFileResult { ObservedAt = context.TimeProvider.GetUtcNow() };
            throw AgentWords.Refused(words, "guest-file-open", request.MachineId);
        }

        if (AgentAnswer.Read(opened.Text) is not { Return: { ValueKind: JsonValueKind.Number } number } || !number.TryGetInt64(out long handle))
            throw AgentWords.Nonsense("guest-file-open", request.MachineId);
        try
        {
            ReadOnlyMemory<byte> bytes = await ReadAsync(channel, request, handle, cancellationToken).ConfigureAwait(false);
            return new ReadGuestFileResult { Bytes = bytes, ObservedAt = context.TimeProvider.GetUtcNow() };
        }
        finally
        {
            await CloseAsync(channel, handle).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<GuestCommandChannel> OpenAsync(Guid machineId, CancellationToken cancellationToken)
    {
        var open = context.OpenGuestChannelAsync ?? throw new LimiQuantixException(
            ErrorCodes.FailedPrecondition, "This host opens no channels into guests.", "Use the agent's provider in an engine or a node daemon.", context.InstanceName);
        GuestChannel channel = await open(new OpenGuestChannelRequest { MachineId = machineId, Name = ChannelName }, cancellationToken).ConfigureAwait(false);
        if (channel is GuestCommandChannel commands) return commands;
        await channel.DisposeAsync().ConfigureAwait(false);
        throw new LimiQuantixException(
            ErrorCodes.Unavailable, $"The machine's hypervisor gives a {channel.GetType().Name}, and QEMU's agent is spoken with by commands.",
            "Use a hypervisor that speaks with the agent itself, such as libvirt.", machineId.ToString("D"));
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(GuestCommandChannel channel, ReadGuestFileRequest request, long handle, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        while (content.Length < request.MaxBytes)
        {
            int count = (int)Math.Min(PieceBytes, request.MaxBytes - content.Length);
            JsonElement piece = await AskAsync(
                channel, request.MachineId, "guest-file-read", new JsonObject { ["handle"] = handle, ["count"] = count }, cancellationToken).ConfigureAwait(false);
            if (!AgentFilePiece.TryRead(piece, count, out AgentFilePiece read)) throw AgentWords.Nonsense("guest-file-read", request.MachineId);
            content.Write(read.Bytes.Span);
            if (read.IsEnd || read.Bytes.IsEmpty) break;
        }

        return content.ToArray();
    }

    private async Task CloseAsync(GuestCommandChannel channel, long handle)
    {
        try
        {
            await channel.Ask(Command("guest-file-close", new JsonObject { ["handle"] = handle }), CancellationToken.None).ConfigureAwait(false);
        }
        catch (LimiQuantixException)
        {
            // The file was read; the agent closes what it has open when it ends.
        }
    }

    private async Task<JsonElement> AskAsync(GuestCommandChannel channel, Guid machineId, string name, JsonObject? arguments, CancellationToken cancellationToken)
    {
        GuestCommandReply reply = await channel.Ask(Command(name, arguments), cancellationToken).ConfigureAwait(false);
        if (reply.Error is { } words) throw AgentWords.Refused(words, name, machineId);
        return AgentAnswer.Read(reply.Text)?.Return ?? throw AgentWords.Nonsense(name, machineId);
    }

    private GuestCommand Command(string name, JsonObject? arguments) => new() { Text = AgentWords.Command(name, arguments), Timeout = options.Timeout };

    private static string? Printable(string? text) =>
        text is null ? null : string.Concat(text.Take(MaxTextLength).Where(c => !char.IsControl(c) && !char.IsSurrogate(c)));
}
