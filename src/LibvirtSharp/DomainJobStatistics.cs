using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A domain's job.</summary>
/// <param name="Type">Whether there is one and how it stands.</param>
/// <param name="Parameters">libvirt's <c>VIR_DOMAIN_JOB_…</c> values.</param>
public sealed record DomainJobStatistics(DomainJobType Type, IReadOnlyList<TypedParameter> Parameters)
{
    internal static DomainJobStatistics FromWire(DomainGetJobStatsRet wire) => new((DomainJobType)wire.Type, TypedParameter.FromWire(wire.Params));
}
