namespace LimiQuantix.Diagnostics;

/// <summary>Tells whether this machine has what the configured providers need.</summary>
public interface IDoctor
{
    /// <summary>Checks every prerequisite of every configured provider. Finds out; changes nothing; never throws for what is missing.</summary>
    /// <param name="cancellationToken">Ends the checks.</param>
    Task<IReadOnlyList<Prerequisite>> CheckAsync(CancellationToken cancellationToken = default);
}
