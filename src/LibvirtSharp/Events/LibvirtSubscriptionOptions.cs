namespace LibvirtSharp;

/// <summary>How events are delivered to one subscriber.</summary>
public sealed class LibvirtSubscriptionOptions
{
    /// <summary>Events of this domain only; for kinds that are about domains. Default null, all.</summary>
    public Domain? Domain { get; set; }

    /// <summary>How many events may wait, 1 or more, as far as their messages make up no more than 32 MiB; more are dropped and a <see cref="ResyncEvent"/> says so. Default 1024.</summary>
    public int Capacity { get; set; } = 1024;

    /// <summary>For <see cref="LibvirtEventKind.QemuMonitor"/>: the monitor's event to send, <c>STOP</c>. Default null, all.</summary>
    public string? QemuMonitorEventName { get; set; }
}
