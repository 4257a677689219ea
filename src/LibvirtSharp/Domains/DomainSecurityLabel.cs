using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>What a security driver (SELinux, AppArmor, DAC) has labelled a running domain with.</summary>
/// <param name="Label">The label; empty where the driver labels nothing.</param>
/// <param name="IsEnforcing">Whether the driver forbids, or only reports.</param>
public sealed record DomainSecurityLabel(string Label, bool IsEnforcing)
{
    internal static DomainSecurityLabel FromWire(DomainGetSecurityLabelRet wire) => new(Utf8.Terminated(wire.Label), wire.Enforcing != 0);
}
