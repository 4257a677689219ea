using System.Text.Json;
using System.Text.Json.Nodes;
using LibvirtSharp;
using LimiQuantix.Guests;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Observations;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Hypervisor.Libvirt.Guests;

/// <summary>QEMU's guest agent (https://www.qemu.org/docs/master/interop/qemu-ga-ref.html), through libvirt.</summary>
internal sealed class QemuGuestAgent(ProviderContext context, LibvirtOptions options, LibvirtLink link, MachineDirectory directory) : IGuestAgent
{
    /// <summary>The agent gives at most 48 MiB at once; a piece of this size stays far below libvirt's 4 MiB of JSON.</summary>
    private const int PieceBytes = 256 << 10;

    private readonly ILogger _logger = HypervisorLog.For(context);

    public async Task<PingGuestResult> PingAsync(PingGuestRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        OwnedDomain owned = await directory.GetAsync(request.MachineId, cancellationToken).ConfigureAwait(false);
        return new PingGuestResult { IsAlive = await AskAsync(owned.Domain, "guest-ping", null, cancellationToken).ConfigureAwait(false) is not null };
    }

    public async Task<GetGuestAddressesResult> GetAddressesAsync(GetGuestAddressesRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        OwnedDomain owned = await directory.GetAsync(request.MachineId, cancellationToken).ConfigureAwait(false);
        AgentAnswer? answer = await AskAsync(owned.Domain, "guest-network-get-interfaces", null, cancellationToken).ConfigureAwait(false);
        return new GetGuestAddressesResult { Addresses = answer is null ? [] : AgentAddresses.Read(answer.Return) };
    }

    public async Task<ReadGuestFileResult> ReadFileAsync(ReadGuestFileRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(request.Path);
        ArgumentOutOfRangeException.ThrowIfNegative(request.MaxBytes);
        OwnedDomain owned = await directory.GetAsync(request.MachineId, cancellationToken).ConfigureAwait(false);
        AgentAnswer? opened = await AskAsync(
            owned.Domain, "guest-file-open", new JsonObject { ["path"] = request.Path, ["mode"] = "r" }, cancellationToken).ConfigureAwait(false);
        if (opened is null || opened.Return.ValueKind != JsonValueKind.Number || !opened.Return.TryGetInt64(out long handle))
            return new ReadGuestFileResult();
        try
        {
            return new ReadGuestFileResult { Bytes = await ReadAsync(owned.Domain, handle, request.MaxBytes, cancellationToken).ConfigureAwait(false) };
        }
        finally
        {
            await AskAsync(owned.Domain, "guest-file-close", new JsonObject { ["handle"] = handle }, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Asks the guest to go off, when its agent answers.</summary>
    public async Task AskToShutDownAsync(Domain domain, CancellationToken cancellationToken)
    {
        if (await AskAsync(domain, "guest-ping", null, cancellationToken).ConfigureAwait(false) is null)
            return;
        // The agent gives no answer to this when all is well, so the shortest wait is the right one.
        await AskAsync(domain, "guest-shutdown", new JsonObject { ["mode"] = "powerdown" }, cancellationToken, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }

    private static string Command(string name, JsonObject? arguments)
    {
        var command = new JsonObject { ["execute"] = name };
        if (arguments is not null)
            command["arguments"] = arguments;
        return command.ToJsonString();
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(Domain domain, long handle, int maxBytes, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        while (content.Length < maxBytes)
        {
            int count = (int)Math.Min(PieceBytes, maxBytes - content.Length);
            AgentAnswer? piece = await AskAsync(
                domain, "guest-file-read", new JsonObject { ["handle"] = handle, ["count"] = count }, cancellationToken).ConfigureAwait(false);
            if (piece is null || !AgentFilePiece.TryRead(piece.Return, count, out AgentFilePiece read))
                return null;
            content.Write(read.Bytes.Span);
            if (read.IsEnd || read.Bytes.IsEmpty)
                break;
        }

        return content.ToArray();
    }

    /// <summary>Asks, and gives <see langword="null"/> when the agent does not answer or refuses.</summary>
    private async Task<AgentAnswer?> AskAsync(
        Domain domain, string name, JsonObject? arguments, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        try
        {
            string text = await domain.QemuAgentCommandAsync(
                Command(name, arguments), timeout ?? options.AgentTimeout, cancellationToken).ConfigureAwait(false);
            return AgentAnswer.Read(text);
        }
        catch (LibvirtException error) when (error.IsConnectionLost)
        {
            throw LibvirtErrors.Map(error, link.Uri, domain.Uuid);
        }
        catch (LibvirtException error)
        {
            HypervisorLog.AgentSilent(_logger, domain.Uuid, error.Message);
            return null;
        }
    }
}
