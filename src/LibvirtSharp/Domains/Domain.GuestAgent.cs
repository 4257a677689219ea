using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>Its network addresses as the lease file, the guest agent or the host's ARP table knows them.</summary>
    public async Task<IReadOnlyList<DomainNetworkInterface>> GetInterfaceAddressesAsync(
        DomainInterfaceAddressesSource source = DomainInterfaceAddressesSource.Lease, CancellationToken cancellationToken = default) =>
        Array.ConvertAll(await Remote.DomainInterfaceAddressesAsync(Ref, (uint)source, 0, cancellationToken).ConfigureAwait(false), DomainNetworkInterface.FromWire);

    /// <summary>The guest's host name.</summary>
    public async Task<string> GetHostnameAsync(DomainGetHostnameFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainGetHostnameAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>What the guest agent tells of users, operating system, time zone, disks …; 0 for all it can.</summary>
    public async Task<DomainGuestInfo> GetGuestInfoAsync(DomainGuestInfoTypes types = 0, CancellationToken cancellationToken = default) =>
        new(TypedParameter.FromWire(await Remote.DomainGetGuestInfoAsync(Ref, (uint)types, 0, cancellationToken).ConfigureAwait(false)));

    /// <summary>The guest's mounted file systems.</summary>
    public async Task<IReadOnlyList<DomainFileSystem>> GetFileSystemsAsync(CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.DomainGetFSInfoAsync(Ref, 0, cancellationToken).ConfigureAwait(false)).Info, DomainFileSystem.FromWire);

    /// <summary>Halts writing to the guest's file systems; none named are all. Gives how many.</summary>
    public async Task<int> FreezeFileSystemsAsync(ReadOnlyMemory<string> mountPoints = default, CancellationToken cancellationToken = default) =>
        await Remote.DomainFSFreezeAsync(Ref, mountPoints.Span, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Lets the guest's file systems be written again. Gives how many.</summary>
    public async Task<int> ThawFileSystemsAsync(ReadOnlyMemory<string> mountPoints = default, CancellationToken cancellationToken = default) =>
        await Remote.DomainFSThawAsync(Ref, mountPoints.Span, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Gives unused blocks of the guest's file systems back.</summary>
    public async Task TrimFileSystemsAsync(string? mountPoint = null, long minimumBytes = 0, CancellationToken cancellationToken = default) =>
        await Long.DomainFSTrimAsync(Ref, mountPoint, WireNumber.Of(minimumBytes), 0, cancellationToken).ConfigureAwait(false);

    /// <summary>The guest's clock.</summary>
    public async Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken = default) =>
        TimeOf(await Remote.DomainGetTimeAsync(Ref, 0, cancellationToken).ConfigureAwait(false));

    /// <summary>Sets the guest's clock.</summary>
    public async Task SetTimeAsync(DateTimeOffset time, DomainSetTimeFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetTimeAsync(Ref, time.ToUnixTimeSeconds(), (uint)(time.Ticks % TimeSpan.TicksPerSecond * 100), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Sets a guest user's password.</summary>
    public async Task SetUserPasswordAsync(
        string user, string password, DomainSetUserPasswordFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetUserPasswordAsync(Ref, user, password, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>A guest user's authorized SSH keys.</summary>
    public async Task<IReadOnlyList<string>> GetAuthorizedSshKeysAsync(string user, CancellationToken cancellationToken = default) =>
        await Remote.DomainAuthorizedSshKeysGetAsync(Ref, user, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Sets, adds to or removes from a guest user's authorized SSH keys.</summary>
    public async Task SetAuthorizedSshKeysAsync(
        string user, ReadOnlyMemory<string> keys, DomainAuthorizedSshKeysSetFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainAuthorizedSshKeysSetAsync(Ref, user, keys.Span, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// How long libvirt waits for the guest agent of this domain, in whole seconds, rounded up: zero for not at all,
    /// <see cref="Timeout.InfiniteTimeSpan"/> for ever, null for libvirt's own (5 seconds).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or beyond what libvirt can count.</exception>
    public async Task SetAgentResponseTimeoutAsync(TimeSpan? timeout, CancellationToken cancellationToken = default)
    {
        int seconds = timeout switch
        {
            null => (int)DomainAgentResponseTimeoutValues.Default,
            { } limit when limit == Timeout.InfiniteTimeSpan => (int)DomainAgentResponseTimeoutValues.Block,
            { } limit => WholeTime.Seconds(limit, nameof(timeout)),
        };
        await Remote.DomainAgentSetResponseTimeoutAsync(Ref, seconds, 0, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the guest to sleep.</summary>
    public async Task PowerManagementSuspendAsync(NodeSuspendTarget target, CancellationToken cancellationToken = default) =>
        await Remote.DomainPMSuspendForDurationAsync(Ref, (uint)target, 0, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Wakes the guest up.</summary>
    public async Task PowerManagementWakeUpAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainPMWakeupAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    private static DateTimeOffset TimeOf(DomainGetTimeRet time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.Seconds).AddTicks(time.Nseconds / 100);
}
