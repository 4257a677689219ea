namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>Adds a device.</summary>
    public async Task AttachDeviceAsync(string xml, DomainDeviceModifyFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainAttachDeviceFlagsAsync(Ref, xml, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes a device; the guest lets it go later, and <see cref="DomainDeviceRemovedEvent"/> tells.</summary>
    public async Task DetachDeviceAsync(string xml, DomainDeviceModifyFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainDetachDeviceFlagsAsync(Ref, xml, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes the device with an alias.</summary>
    public async Task DetachDeviceByAliasAsync(string alias, DomainDeviceModifyFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainDetachDeviceAliasAsync(Ref, alias, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Changes a device.</summary>
    public async Task UpdateDeviceAsync(string xml, DomainDeviceModifyFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainUpdateDeviceFlagsAsync(Ref, xml, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Presses keys of the given codes together and releases them.</summary>
    public async Task SendKeyAsync(KeycodeSet codeset, TimeSpan hold, ReadOnlyMemory<uint> keys, CancellationToken cancellationToken = default) =>
        await Remote.DomainSendKeyAsync(Ref, (uint)codeset, WholeTime.Milliseconds(hold), keys.Span, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Sends a non-maskable interrupt.</summary>
    public async Task InjectNmiAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainInjectNmiAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>A disk's size and what it takes, in bytes. The disk is its target (<c>vda</c>) or source path.</summary>
    public async Task<DomainBlockInfo> GetBlockInfoAsync(string disk, CancellationToken cancellationToken = default) =>
        DomainBlockInfo.FromWire(await Remote.DomainGetBlockInfoAsync(Ref, disk, 0, cancellationToken).ConfigureAwait(false));

    /// <summary>A disk's counters since the start.</summary>
    public async Task<DomainBlockStatistics> GetBlockStatisticsAsync(string disk, CancellationToken cancellationToken = default) =>
        DomainBlockStatistics.FromWire(await Remote.DomainBlockStatsAsync(Ref, disk, cancellationToken).ConfigureAwait(false));

    /// <summary>All counters of a disk the hypervisor has.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetBlockParametersAsync(string disk, CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire((await Remote.DomainBlockStatsFlagsAsync(Ref, disk, 16, Connection.TypedParameterFlags, cancellationToken).ConfigureAwait(false)).Params);

    /// <summary>A network interface's counters since the start. The interface is its target (<c>vnet0</c>) or MAC address.</summary>
    public async Task<DomainInterfaceStatistics> GetInterfaceStatisticsAsync(string device, CancellationToken cancellationToken = default) =>
        DomainInterfaceStatistics.FromWire(await Remote.DomainInterfaceStatsAsync(Ref, device, cancellationToken).ConfigureAwait(false));

    /// <summary>Makes a running domain's disk another size, in bytes.</summary>
    public async Task ResizeBlockAsync(string disk, long sizeBytes, CancellationToken cancellationToken = default) =>
        await Remote.DomainBlockResizeAsync(Ref, disk, WireNumber.Of(sizeBytes), (uint)DomainBlockResizeFlags.Bytes, cancellationToken).ConfigureAwait(false);

    /// <summary>Copies data of backing files into the disk, in the background.</summary>
    public async Task BlockPullAsync(string disk, long bytesPerSecond = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainBlockPullAsync(Ref, disk, WireNumber.Of(bytesPerSecond), (uint)DomainBlockPullFlags.BandwidthBytes, cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="BlockPullAsync"/>, but only of the files above <paramref name="baseFile"/>, which stays the disk's backing file.</summary>
    public async Task BlockRebaseAsync(
        string disk, string? baseFile, long bytesPerSecond = 0, DomainBlockRebaseFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainBlockRebaseAsync(
            Ref, disk, baseFile, WireNumber.Of(bytesPerSecond), (uint)(flags | DomainBlockRebaseFlags.BandwidthBytes), cancellationToken).ConfigureAwait(false);

    /// <summary>Lets the disk's block job copy so much a second; 0 for no limit.</summary>
    public async Task SetBlockJobSpeedAsync(string disk, long bytesPerSecond, CancellationToken cancellationToken = default) =>
        await Remote.DomainBlockJobSetSpeedAsync(
            Ref, disk, WireNumber.Of(bytesPerSecond), (uint)DomainBlockJobSetSpeedFlags.SpeedBandwidthBytes, cancellationToken).ConfigureAwait(false);

    /// <summary>Merges a disk's layers down from <paramref name="top"/> into <paramref name="baseFile"/>, in the background; null are the whole chain's ends.</summary>
    public async Task BlockCommitAsync(
        string disk, string? baseFile = null, string? top = null, long bytesPerSecond = 0, DomainBlockCommitFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainBlockCommitAsync(Ref, disk, baseFile, top, WireNumber.Of(bytesPerSecond), (uint)(flags | DomainBlockCommitFlags.BandwidthBytes), cancellationToken).ConfigureAwait(false);

    /// <summary>Copies a disk to another place, given as XML, in the background.</summary>
    public async Task BlockCopyAsync(
        string disk, string destinationXml, ReadOnlyMemory<TypedParameter> parameters = default, DomainBlockCopyFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainBlockCopyAsync(Ref, disk, destinationXml, TypedParameter.ToWire(parameters.Span), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Ends a disk's job, or pivots to its copy.</summary>
    public async Task AbortBlockJobAsync(string disk, DomainBlockJobAbortFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainBlockJobAbortAsync(Ref, disk, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>A disk's running job; null when there is none.</summary>
    public async Task<DomainBlockJob?> GetBlockJobAsync(string disk, CancellationToken cancellationToken = default) =>
        DomainBlockJob.FromWire(await Remote.DomainGetBlockJobInfoAsync(Ref, disk, (uint)DomainBlockJobInfoFlags.BandwidthBytes, cancellationToken).ConfigureAwait(false));

    /// <summary>Asks for <see cref="DomainBlockThresholdEvent"/> when a disk is written beyond a number of bytes.</summary>
    public async Task SetBlockThresholdAsync(string device, long thresholdBytes, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetBlockThresholdAsync(Ref, device, WireNumber.Of(thresholdBytes), 0, cancellationToken).ConfigureAwait(false);

    /// <summary>A disk's limits.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetBlockIOTuneAsync(
        string disk, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire((await Remote.DomainGetBlockIOTuneAsync(Ref, disk, 32, (uint)flags | Connection.TypedParameterFlags, cancellationToken).ConfigureAwait(false)).Params);

    /// <summary>Sets a disk's limits.</summary>
    public async Task SetBlockIOTuneAsync(
        string disk, ReadOnlyMemory<TypedParameter> parameters, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetBlockIOTuneAsync(Ref, disk, TypedParameter.ToWire(parameters.Span), (uint)flags, cancellationToken).ConfigureAwait(false);
}
