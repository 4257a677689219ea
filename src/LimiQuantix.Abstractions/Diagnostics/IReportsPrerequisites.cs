namespace LimiQuantix.Diagnostics;

/// <summary>Capability of a provider: it can say what it needs on this machine.</summary>
public interface IReportsPrerequisites
{
    /// <summary>Checks what the provider needs. Finds out; changes nothing; never throws for what is missing.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    Task<PrerequisiteReport> CheckPrerequisitesAsync(CheckPrerequisitesRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks a provider what it needs.</summary>
public sealed record CheckPrerequisitesRequest;

/// <summary>What a provider needs.</summary>
public sealed record PrerequisiteReport
{
    /// <summary>Each thing that it needs, found or not.</summary>
    public required IReadOnlyList<Prerequisite> Prerequisites { get; init; }
}
