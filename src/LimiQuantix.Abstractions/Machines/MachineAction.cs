namespace LimiQuantix.Machines;

/// <summary>Something that could be done with a machine now, or why not.</summary>
public sealed record MachineAction
{
    /// <summary>The action, such as <c>start</c>, <c>stop</c>, <c>delete</c>, <c>screenshot</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it can be done now.</summary>
    public required bool IsPossible { get; init; }

    /// <summary>Why it cannot be done now.</summary>
    public string? Reason { get; init; }
}
