using System.Runtime.CompilerServices;
using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>
    /// Migrates it to another host, with this process between the two daemons (libvirt's <c>virDomainMigrate3</c>). Their hypervisors
    /// must reach each other: where the destination listens is what it says, or <c>migrate_uri</c> among the parameters.
    /// </summary>
    /// <param name="destination">The other host.</param>
    /// <param name="flags">How; not peer to peer or tunnelled, which <see cref="MigrateToAsync"/> does.</param>
    /// <param name="parameters">libvirt's <c>VIR_MIGRATE_PARAM_…</c> values: <c>migrate_uri</c>, <c>bandwidth</c>, <c>destination_xml</c> …</param>
    /// <param name="cancellationToken">Ends the migration; the domain goes on where it is.</param>
    /// <returns>The domain at the destination.</returns>
    /// <exception cref="LibvirtException">It failed; the domain goes on where it is.</exception>
    /// <exception cref="ArgumentException">The destination is the connection the domain is on, or the flags are for <see cref="MigrateToAsync"/>.</exception>
    public async Task<Domain> MigrateAsync(
        LibvirtConnection destination, DomainMigrateFlags flags = DomainMigrateFlags.Live, ReadOnlyMemory<TypedParameter> parameters = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if ((flags & (DomainMigrateFlags.PeerToPeer | DomainMigrateFlags.Tunnelled)) != 0)
            throw new ArgumentException($"The daemons do this by themselves: use {nameof(MigrateToAsync)}.", nameof(flags));
        if (destination.IsSameAs(Connection))
            throw new ArgumentException("It is the connection that the domain is on: a domain migrates to another host.", nameof(destination));
        StrongBox<DomainRef> version = _identity.Version;
        Domain arrived = await new Migration(this, destination, flags, TypedParameter.ToWire(parameters.Span)).RunAsync(cancellationToken).ConfigureAwait(false);
        _identity.Stopped(version);
        return arrived;
    }

    /// <summary>
    /// Migrates it to another host, whose daemon this domain's daemon connects to by itself (peer to peer). Returns when it runs there.
    /// </summary>
    /// <param name="destinationUri">The other daemon as this one reaches it, <c>qemu+tls://host2/system</c>.</param>
    /// <param name="flags">How; <see cref="DomainMigrateFlags.PeerToPeer"/> is added.</param>
    /// <param name="parameters">libvirt's <c>VIR_MIGRATE_PARAM_…</c> values: <c>migrate_uri</c>, <c>bandwidth</c>, <c>destination_xml</c> …</param>
    /// <param name="cancellationToken">Gives up the wait; <see cref="AbortJobAsync"/> ends the migration.</param>
    public async Task MigrateToAsync(
        string destinationUri, DomainMigrateFlags flags = DomainMigrateFlags.Live, ReadOnlyMemory<TypedParameter> parameters = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(destinationUri);
        StrongBox<DomainRef> version = _identity.Version;
        await Long.DomainMigratePerform3ParamsAsync(
            Ref, destinationUri, TypedParameter.ToWire(parameters.Span), default, (uint)(flags | DomainMigrateFlags.PeerToPeer), cancellationToken).ConfigureAwait(false);
        _identity.Stopped(version);
    }

    /// <summary>How long it may stand still at a live migration's end.</summary>
    public async Task<TimeSpan> GetMigrationMaxDowntimeAsync(CancellationToken cancellationToken = default) =>
        TimeSpan.FromMilliseconds(await Remote.DomainMigrateGetMaxDowntimeAsync(Ref, 0, cancellationToken).ConfigureAwait(false));

    /// <summary>Sets how long it may stand still at a live migration's end, in whole milliseconds.</summary>
    public async Task SetMigrationMaxDowntimeAsync(TimeSpan downtime, CancellationToken cancellationToken = default) =>
        await Remote.DomainMigrateSetMaxDowntimeAsync(Ref, WholeTime.Milliseconds(downtime), 0, cancellationToken).ConfigureAwait(false);

    /// <summary>How fast it may be migrated, in bytes a second.</summary>
    public async Task<long> GetMigrationMaxSpeedAsync(DomainMigrateMaxSpeedFlags flags = 0, CancellationToken cancellationToken = default) =>
        SizeUnits.FromMebibytes(await Remote.DomainMigrateGetMaxSpeedAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>Sets how fast it may be migrated, in bytes a second; libvirt counts in whole mebibytes (1,048,576).</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or no whole number of mebibytes.</exception>
    public async Task SetMigrationMaxSpeedAsync(long bytesPerSecond, DomainMigrateMaxSpeedFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainMigrateSetMaxSpeedAsync(Ref, SizeUnits.ToMebibytes(bytesPerSecond), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Lets a running migration with <see cref="DomainMigrateFlags.PostCopy"/> go over to the destination now.</summary>
    public async Task StartMigrationPostCopyAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainMigrateStartPostCopyAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>The size of the cache that a migration with <see cref="DomainMigrateFlags.Compressed"/> finds changes with, in bytes.</summary>
    public async Task<long> GetMigrationCompressionCacheAsync(CancellationToken cancellationToken = default) =>
        WireNumber.From(await Remote.DomainMigrateGetCompressionCacheAsync(Ref, 0, cancellationToken).ConfigureAwait(false));

    /// <summary>Sets the size of the cache that a migration with <see cref="DomainMigrateFlags.Compressed"/> finds changes with; QEMU rounds it down to a power of two.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public async Task SetMigrationCompressionCacheAsync(long sizeBytes, CancellationToken cancellationToken = default) =>
        await Remote.DomainMigrateSetCompressionCacheAsync(Ref, WireNumber.Of(sizeBytes), 0, cancellationToken).ConfigureAwait(false);
}
