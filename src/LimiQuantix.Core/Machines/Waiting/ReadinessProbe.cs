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
    private const int MaxResultBytes = 64 << 10;
    private const int MaxLogBytes = 1 << 20;

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
        if (await ReadAsync(machine.Id, CloudInitVerdict.ResultFile, MaxResultBytes, cancellationToken).ConfigureAwait(false) is { } result)
        {
            ThrowIfAny(machine, Result(machine, result));
            if (await ReadAsync(machine.Id, CloudInitVerdict.StatusFile, MaxResultBytes, cancellationToken).ConfigureAwait(false) is { } status)
                ThrowIfAny(machine, CloudInitVerdict.OfStatus(status));
            if (await ReadAsync(machine.Id, CloudInitVerdict.LogFile, MaxLogBytes, cancellationToken).ConfigureAwait(false) is { } cloudInitLog)
                ThrowIfAny(machine, CloudInitVerdict.OfLog(cloudInitLog));
            return true;
        }

        // Stock images mostly have no agent; cloud-init's warnings and its last word go to the console.
        if (await serialLog.ReadTailAsync(machine.Id, machine.Project, SerialLogReader.MaxTailBytes, cancellationToken).ConfigureAwait(false) is not { } log
            || !CloudInitFinished().IsMatch(log))
        {
            return false;
        }

        ThrowIfAny(machine, CloudInitVerdict.OfLog(log));
        return true;
    }

    private static void ThrowIfAny(VirtualMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count == 0) return;
        throw new LimiQuantixException(
            ErrorCodes.FailedPrecondition, $"cloud-init finished in '{machine.Name}' with errors: {string.Join("; ", words)}",
            $"Look at {CloudInitVerdict.LogFile} in the guest.", machine.Id.ToString());
    }

    private static IReadOnlyList<string> Result(VirtualMachine machine, ReadOnlyMemory<byte> result)
    {
        try
        {
            return CloudInitVerdict.OfResult(result);
        }
        catch (JsonException exception)
        {
            throw new LimiQuantixException(
                ErrorCodes.DataCorrupt, $"The guest's {CloudInitVerdict.ResultFile} is not what cloud-init writes.", target: machine.Id.ToString(), innerException: exception);
        }
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(Guid machineId, string path, int maxBytes, CancellationToken cancellationToken)
    {
        var request = new ReadGuestFileRequest { MachineId = machineId, Path = path, MaxBytes = maxBytes };
        return (await AskAsync(machineId, (agent, token) => agent.ReadFileAsync(request, token), cancellationToken).ConfigureAwait(false))?.Bytes;
    }

    private async Task<T?> AskAsync<T>(Guid machineId, Func<IGuestAgentProvider, CancellationToken, Task<T>> ask, CancellationToken cancellationToken) where T : class =>
        await machines.FindAsync(machineId, cancellationToken).ConfigureAwait(false) is { } stored
            ? await agents.TryAskAsync(stored.Value, ask, cancellationToken).ConfigureAwait(false)
            : null;

    [GeneratedRegex("""Cloud-init v\. \S+ finished at """, RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CloudInitFinished();
}
