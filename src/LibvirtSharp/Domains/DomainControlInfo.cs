using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>How the hypervisor's control channel (QEMU's monitor) of a domain stands.</summary>
/// <param name="State">Whether it is free, works or is broken.</param>
/// <param name="Error">Why it is broken; <see cref="DomainControlErrorReason.None"/> when it is not.</param>
/// <param name="Since">How long it has been working or waiting; zero when it is free or broken.</param>
public readonly record struct DomainControlInfo(DomainControlState State, DomainControlErrorReason Error, TimeSpan Since)
{
    internal static DomainControlInfo FromWire(DomainGetControlInfoRet wire)
    {
        var state = (DomainControlState)wire.State;
        var details = (DomainControlErrorReason)wire.Details;
        return new(state, state == DomainControlState.Error ? details : DomainControlErrorReason.None, WholeTime.FromMilliseconds(wire.StateTime));
    }
}
