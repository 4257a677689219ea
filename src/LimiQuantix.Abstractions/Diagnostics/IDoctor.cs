using LimiQuantix.Nodes;

namespace LimiQuantix.Diagnostics;

/// <summary>Tells whether this machine has what the configured providers need.</summary>
public interface IDoctor
{
    /// <summary>Checks every prerequisite of every configured provider. Finds out; changes nothing; never throws for what is missing.</summary>
    /// <param name="query">What to look at; everything without it.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    Task<IReadOnlyList<Prerequisite>> CheckAsync(DoctorQuery? query = null, CancellationToken cancellationToken = default);
}

/// <summary>What the doctor is to look at.</summary>
public sealed record DoctorQuery
{
    /// <summary>This node's instances and the shared ones alone; everything without it.</summary>
    public NodeId? Node { get; init; }
}
