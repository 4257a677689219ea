namespace LibvirtSharp;

/// <summary>A domain's state and, in the numbers of that state's own enum, the reason.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">The reason's number: <see cref="DomainRunningReason"/>, <see cref="DomainShutoffReason"/> and so on.</param>
public readonly record struct DomainStatus(DomainState State, int Reason)
{
    /// <summary>The reason as the member of the state's own enum; null for a state that has none.</summary>
    public Enum? TypedReason => State switch
    {
        DomainState.NoState => (DomainNoStateReason)Reason,
        DomainState.Running => (DomainRunningReason)Reason,
        DomainState.Blocked => (DomainBlockedReason)Reason,
        DomainState.Paused => (DomainPausedReason)Reason,
        DomainState.Shutdown => (DomainShutdownReason)Reason,
        DomainState.Shutoff => (DomainShutoffReason)Reason,
        DomainState.Crashed => (DomainCrashedReason)Reason,
        DomainState.PMSuspended => (DomainPMSuspendedReason)Reason,
        _ => null,
    };
}
