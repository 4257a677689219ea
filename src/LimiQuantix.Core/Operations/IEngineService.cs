using LimiQuantix.State;

namespace LimiQuantix.Core.Operations;

/// <summary>
/// Work that exactly one process of an installation does: reconciling, restarting machines. Begun whenever this process gets the lease.
/// </summary>
internal interface IEngineService
{
    /// <summary>Works until the token ends. An exception is logged and the service begun again after a pause.</summary>
    /// <param name="fence">The engine's lease, for every write.</param>
    /// <param name="cancellationToken">Ends when the engine stops or lost its lease.</param>
    Task RunAsync(StateLease fence, CancellationToken cancellationToken);
}
