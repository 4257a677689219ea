namespace LimiQuantix.Guest;

/// <summary>What the agent said of itself when the session began. A claim of the guest.</summary>
public sealed record GuestAgentDescription
{
    /// <summary>The agent's version.</summary>
    public required string Version { get; init; }

    /// <summary>The guest's boot; another one after each restart of the guest.</summary>
    public required string BootId { get; init; }

    /// <summary>The agent's start; another one after each restart of the agent.</summary>
    public required string StartId { get; init; }

    /// <summary>What it can do, such as <c>exec</c>, <c>exec.terminal</c>, <c>files</c>, <c>freeze</c>. Ask this, never the version.</summary>
    public required IReadOnlySet<string> Capabilities { get; init; }

    /// <summary>What it could do and the guest's policy refuses.</summary>
    public required IReadOnlySet<string> Refused { get; init; }
}
