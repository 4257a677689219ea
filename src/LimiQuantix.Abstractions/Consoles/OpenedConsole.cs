namespace LimiQuantix.Consoles;

/// <summary>A console that the hypervisor opened itself; whoever asked for it owns the stream.</summary>
public sealed record OpenedConsole : ConsoleEndpoint
{
    /// <summary>The duplex stream.</summary>
    public required Stream Stream { get; init; }
}
