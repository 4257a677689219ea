using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Resources;
using LimiQuantix.Guests;

namespace LimiQuantix.Core.Guests;

/// <summary>The guests as one caller sees them.</summary>
internal sealed class GuestsFacade(Caller caller, Access access, ResourceTable<MachineDocument> machines, GuestAgents agents) : IGuests
{
    private const int MaxPathLength = 4096;
    private const int MaxFileBytes = 1 << 20;

    public async Task<GuestAgentInfo> GetAgentAsync(Guid machineId, GetGuestAgentOptions? options = null, CancellationToken cancellationToken = default)
    {
        var machine = (await access.GetAsync(caller, Actions.GuestsInfo, machines, machineId, null, cancellationToken).ConfigureAwait(false)).Value;
        var (agent, kind) = await agents.AskAsync(
            machine, (provider, token) => provider.DescribeAsync(new DescribeGuestAgentRequest { MachineId = machineId }, token), cancellationToken).ConfigureAwait(false);
        return new GuestAgentInfo { Product = agent.Product, Version = agent.Version, Kind = kind, ObservedAt = agent.ObservedAt };
    }

    public async Task<GuestFile?> ReadFileAsync(Guid machineId, string path, ReadGuestFileOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        var machine = (await access.GetAsync(caller, Actions.GuestsFiles, machines, machineId, path, cancellationToken).ConfigureAwait(false)).Value;
        var maxBytes = (options ?? new()).MaxBytes;
        if (path.Length is 0 or > MaxPathLength || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"'{Names.Show(path)}' is not a path in a guest.", $"Use an absolute path of 1 to {MaxPathLength} characters.", nameof(path));
        }

        if (maxBytes is < 1 or > MaxFileBytes)
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, $"{maxBytes} bytes cannot be read at once.", $"Use 1 to {MaxFileBytes}.", nameof(ReadGuestFileOptions.MaxBytes));
        var (file, kind) = await agents.AskAsync(
            machine, (provider, token) => provider.ReadFileAsync(new ReadGuestFileRequest { MachineId = machineId, Path = path, MaxBytes = maxBytes }, token),
            cancellationToken).ConfigureAwait(false);
        return file.Bytes is { } bytes ? new GuestFile { Bytes = bytes, Kind = kind, ObservedAt = file.ObservedAt } : null;
    }
}
