namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>Its IO threads.</summary>
    public async Task<IReadOnlyList<DomainIOThreadInfo>> GetIOThreadInfoAsync(DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        Array.ConvertAll(
            (await Remote.DomainGetIOThreadInfoAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false)).Info,
            thread => new DomainIOThreadInfo(WireNumber.From(thread.IOThreadId), thread.Cpumap));

    /// <summary>Adds an IO thread of this number.</summary>
    public async Task AddIOThreadAsync(int id, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainAddIOThreadAsync(Ref, WireNumber.Of(id), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes an IO thread that no device uses.</summary>
    public async Task DeleteIOThreadAsync(int id, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainDelIOThreadAsync(Ref, WireNumber.Of(id), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Lets an IO thread run on the host's processors whose bits are set.</summary>
    public async Task PinIOThreadAsync(
        int id, ReadOnlyMemory<byte> cpuMap, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainPinIOThreadAsync(Ref, WireNumber.Of(id), cpuMap.Span, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Sets an IO thread's parameters: <c>poll_max_ns</c>, <c>thread_pool_max</c> …</summary>
    public async Task SetIOThreadParametersAsync(
        int id, ReadOnlyMemory<TypedParameter> parameters, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetIOThreadParamsAsync(Ref, WireNumber.Of(id), TypedParameter.ToWire(parameters.Span), (uint)flags, cancellationToken).ConfigureAwait(false);
}
