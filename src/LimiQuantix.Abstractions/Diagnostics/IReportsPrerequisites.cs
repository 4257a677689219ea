namespace LimiQuantix.Diagnostics;

/// <summary>Capability of a provider: it can say what it needs on this machine.</summary>
public interface IReportsPrerequisites
{
    /// <summary>Checks what the provider needs. Finds out; changes nothing; never throws for what is missing.</summary>
    /// <param name="cancellationToken">Ends the checks.</param>
    Task<IReadOnlyList<Prerequisite>> CheckPrerequisitesAsync(CancellationToken cancellationToken = default);
}
