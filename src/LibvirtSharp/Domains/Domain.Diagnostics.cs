namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>What libvirt has to say against its definition, of the kinds the bits of <see cref="DomainMessageType"/> choose; 0 for all.</summary>
    public async Task<IReadOnlyList<string>> GetMessagesAsync(DomainMessageType types = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainGetMessagesAsync(Ref, (uint)types, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Begins to measure how fast the guest changes its memory, for 1 to 60 whole seconds, rounded up. The result is
    /// <see cref="DomainStatistics.DirtyRate"/> of the group <see cref="DomainStatsGroups.DirtyRate"/>.
    /// </summary>
    public async Task StartDirtyRateCalculationAsync(TimeSpan period, DomainDirtyRateCalcFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainStartDirtyRateCalcAsync(Ref, WholeTime.Seconds(period), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>What proves that a confidential guest (SEV) was started as it should.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetLaunchSecurityInfoAsync(CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire(await Remote.DomainGetLaunchSecurityInfoAsync(Ref, Connection.TypedParameterFlags, cancellationToken).ConfigureAwait(false));

    /// <summary>Gives a confidential guest (SEV) that waits for it its secret.</summary>
    public async Task SetLaunchSecurityStateAsync(ReadOnlyMemory<TypedParameter> parameters, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetLaunchSecurityStateAsync(Ref, TypedParameter.ToWire(parameters.Span), 0, cancellationToken).ConfigureAwait(false);
}
