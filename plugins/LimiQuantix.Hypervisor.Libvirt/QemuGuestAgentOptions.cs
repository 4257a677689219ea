namespace LimiQuantix.Hypervisor.Libvirt;

/// <summary>How QEMU's guest agent is spoken with.</summary>
public sealed class QemuGuestAgentOptions
{
    /// <summary>How long the agent may take to answer one question. 1 s to 5 min. Default: 5 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    internal IEnumerable<string> Validate()
    {
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(5)) yield return "Timeout must be from 1 second to 5 minutes.";
    }
}
