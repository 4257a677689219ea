using System.Text.Json;
using System.Text.RegularExpressions;
using LimiQuantix.Core.Consoles;
using LimiQuantix.Core.Guests;
using LimiQuantix.Core.Resources;
using LimiQuantix.Guests;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Waiting;

/// <summary>
/// Asks a running machine's guest how far it has come: the agent where there is one, otherwise what the guest says on a forwarded port
/// and on its serial port.
/// </summary>
internal sealed partial class ReadinessProbe(
    ResourceTable<MachineDocument> machines, GuestAgents agents, SerialLogReader serialLog, ForwardProbe forwards)
{
    private const string ResultFile = "/run/cloud-init/result.json";
    private const int MaxResultBytes = 64 << 10;

    public async Task<bool> HasReachedAsync(VirtualMachine machine, Readiness readiness, CancellationToken cancellationToken) => readiness switch
    {
        Readiness.Running => true,
        Readiness.Address => machine.Status.Addresses.Count > 0 || await forwards.AnswersAsync(machine.Status.Forwards, cancellationToken).ConfigureAwait(false),
        Readiness.Agent => await AskAsync(
            machine.Id, (agent, token) => agent.DescribeAsync(new DescribeGuestAgentRequest { MachineId = machine.Id }, token), cancellationToken).ConfigureAwait(false) is not null,
        _ => await IsProvisionedAsync(machine, cancellationToken).ConfigureAwait(false),
    };

    /// <summary>The furthest that the machine has come, in words.</summary>
    public async Task<string> DescribeAsync(VirtualMachine machine, CancellationToken cancellationToken)
    {
        foreach (var readiness in new[] { Readiness.Agent, Readiness.Address })
        {
            if (await HasReachedAsync(machine, readiness, cancellationToken).ConfigureAwait(false)) return readiness.ToString();
        }

        return nameof(Readiness.Running);
    }

    private async Task<bool> IsProvisionedAsync(VirtualMachine machine, CancellationToken cancellationToken)
    {
        var request = new ReadGuestFileRequest { MachineId = machine.Id, Path = ResultFile, MaxBytes = MaxResultBytes };
        if (await AskAsync(machine.Id, (agent, token) => agent.ReadFileAsync(request, token), cancellationToken).ConfigureAwait(false) is { Bytes: { } result })
        {
            CheckResult(machine, result);
            return true;
        }

        // Stock images mostly have no agent; cloud-init's last word goes to the console.
        return await serialLog.ReadTailAsync(machine.Id, machine.Project, SerialLogReader.MaxTailBytes, cancellationToken).ConfigureAwait(false) is { } log
            && CloudInitFinished().IsMatch(log);
    }

    private static void CheckResult(VirtualMachine machine, ReadOnlyMemory<byte> result)
    {
        try
        {
            using var document = JsonDocument.Parse(result);
            if (!document.RootElement.TryGetProperty("v1", out var v1) || !v1.TryGetProperty("errors", out var errors)) return;
            if (errors.ValueKind != JsonValueKind.Array || errors.GetArrayLength() == 0) return;
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"cloud-init finished in '{machine.Name}' with errors: {errors.GetRawText()}",
                "Look at /var/log/cloud-init.log in the guest.", machine.Id.ToString());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new LimiQuantixException(
                ErrorCodes.DataCorrupt, $"The guest's {ResultFile} is not what cloud-init writes.", target: machine.Id.ToString(), innerException: exception);
        }
    }

    private async Task<T?> AskAsync<T>(Guid machineId, Func<IGuestAgentProvider, CancellationToken, Task<T>> ask, CancellationToken cancellationToken) where T : class =>
        await machines.FindAsync(machineId, cancellationToken).ConfigureAwait(false) is { } stored
            ? await agents.TryAskAsync(stored.Value, ask, cancellationToken).ConfigureAwait(false)
            : null;

    [GeneratedRegex("""Cloud-init v\. \S+ finished at """, RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CloudInitFinished();
}
