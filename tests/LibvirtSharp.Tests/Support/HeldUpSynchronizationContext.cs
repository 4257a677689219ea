namespace LibvirtSharp.Tests.Support;

/// <summary>A synchronization context whose thread is held up for good: what is posted to it never runs.</summary>
internal sealed class HeldUpSynchronizationContext : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state)
    {
    }
}
