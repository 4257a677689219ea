using System.Runtime.CompilerServices;
using System.Text;
using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Consoles;

/// <summary>Reads what machines print on their first serial port.</summary>
internal sealed class SerialLogReader(ResourceTable<MachineDocument> machines, ProviderInstances providers, TimeProvider timeProvider)
{
    public const int MaxTailBytes = 256 << 10;
    private const int BufferBytes = 16 << 10;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>Follows the log from its begin; each piece is the caller's own.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Guid id, string project, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var log = await OpenAsync(id, project, cancellationToken).ConfigureAwait(false);
        long offset = 0;
        while (true)
        {
            SerialLogChunk? chunk = null;
            try
            {
                chunk = await log.ReadSerialLogAsync(
                    new ReadSerialLogRequest { MachineId = id, Offset = offset, MaxBytes = BufferBytes }, cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException exception) when (exception.Code == ErrorCodes.NotFound && offset > 0)
            {
                // The machine was deleted while it was followed: that is the end.
            }

            if (chunk is null) yield break;
            offset = chunk.NextOffset;
            if (!chunk.Bytes.IsEmpty)
            {
                yield return chunk.Bytes;
                continue;
            }

            if (!follow) yield break;
            await Task.Delay(Poll, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The log's end as text, without bytes that are not printable; <see langword="null"/> when the hypervisor keeps none.</summary>
    public async Task<string?> ReadTailAsync(Guid id, string project, int maxBytes, CancellationToken cancellationToken)
    {
        var stored = await machines.GetAsync(id, project, cancellationToken).ConfigureAwait(false);
        var hypervisor = await providers.GetAsync<IHypervisor>(stored.Value.Hypervisor, stored.Value.NodeId, cancellationToken).ConfigureAwait(false);
        if (hypervisor.GetCapability<ISerialLog>() is not { } log) return null;
        var count = Math.Min(maxBytes, MaxTailBytes);
        var chunk = await log.ReadSerialLogAsync(
            new ReadSerialLogRequest { MachineId = id, Offset = -count, MaxBytes = count }, cancellationToken).ConfigureAwait(false);
        return string.Concat(Encoding.UTF8.GetString(chunk.Bytes.Span).Where(c => !char.IsControl(c) || c is '\n' or '\t')).Trim();
    }

    private async Task<ISerialLog> OpenAsync(Guid id, string project, CancellationToken cancellationToken)
    {
        var stored = await machines.GetAsync(id, project, cancellationToken).ConfigureAwait(false);
        var hypervisor = await providers.GetAsync<IHypervisor>(stored.Value.Hypervisor, stored.Value.NodeId, cancellationToken).ConfigureAwait(false);
        return hypervisor.GetCapability<ISerialLog>() ?? throw new LimiQuantixException(
            ErrorCodes.Unavailable, $"The hypervisor '{stored.Value.Hypervisor}' keeps no serial logs.", target: id.ToString());
    }
}
