using LimiQuantix.Diagnostics;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Diagnostics;

/// <summary>
/// Asks the engine's own checks and every instance, and tells which plugins were refused. Each instance has its own deadline, so that one
/// that fails hides no other.
/// </summary>
internal sealed class Doctor(
    ProviderInstances instances,
    PluginCatalog plugins,
    EnginePrerequisites engine,
    ProviderEnvironment environment,
    IEnumerable<IReportsPrerequisites>? engineParts = null)
{
    /// <summary>How long one instance may take: a probe of an accelerator starts a guest.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // The engine's own parts that report look at the state: a failure is told under its name.
    private static readonly ProviderInstanceInfo OwnParts = new() { Name = CoreKinds.StateInstance, Kind = "documents", PluginId = "LimiQuantix.Core", Contract = typeof(IStateStore) };

    private readonly ILogger _logger = environment.LoggerFactory.CreateLogger<Doctor>();

    public async Task<IReadOnlyList<Prerequisite>> CheckAsync(NodeId? node = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<Prerequisite>[] found = await Task
            .WhenAll(instances.All().Where(instance => node is null || instance.Node is null || instance.Node == node).Select(instance => AskAsync(instance, token => CheckAsync(instance, token), cancellationToken))
                .Concat((engineParts ?? []).Select(part => AskAsync(
                    OwnParts, async token => (await part.CheckPrerequisitesAsync(new CheckPrerequisitesRequest(), token).ConfigureAwait(false)).Prerequisites, cancellationToken))))
            .ConfigureAwait(false);
        // Two instances often need the same program: said once.
        return [.. engine.Check().Concat(RefusedPlugins()).Concat(Notes()).Concat(found.SelectMany(list => list)).Distinct()];
    }

    private IEnumerable<Prerequisite> RefusedPlugins() => plugins.Plugins.Where(p => p.Refusal is not null).Select(p => new Prerequisite
    {
        Name = $"plugin '{p.Id}'",
        Status = PrerequisiteStatus.Unusable,
        Detail = p.Refusal!.Message,
        Remedy = p.Refusal.Remedy,
        // The main job needs it only when an instance is of its kind; the engine does not start then.
        IsOptional = true,
    });

    // A plugin that nobody uses is loaded, and so is everything that the main job needs.
    private IEnumerable<Prerequisite> Notes() => plugins.Notes.Concat(instances.Unused()).Select(note => new Prerequisite
    {
        Name = $"plugins: '{note.Subject}'",
        Status = PrerequisiteStatus.Missing,
        Detail = note.Message,
        Remedy = note.Remedy,
        IsOptional = true,
    });

    private async Task<IReadOnlyList<Prerequisite>> AskAsync(
        ProviderInstanceInfo instance, Func<CancellationToken, Task<IReadOnlyList<Prerequisite>>> check, CancellationToken cancellationToken)
    {
        try
        {
            return await BoundedCall
                .RunAsync(check, Limit, environment.TimeProvider, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            DiagnosticsLog.CheckFailed(_logger, e.Trace(), e.Reason(), instance.Contract.Name, instance.Name, instance.Kind);
            return
            [
                new Prerequisite
                {
                    Name = $"{instance.Contract.Name} '{instance.Name}' ({instance.Kind})",
                    Status = PrerequisiteStatus.Unusable,
                    Detail = (e as LimiQuantixException)?.Error.Message ?? e.Message,
                    Remedy = (e as LimiQuantixException)?.Remedy,
                },
            ];
        }
    }

    private async Task<IReadOnlyList<Prerequisite>> CheckAsync(ProviderInstanceInfo instance, CancellationToken cancellationToken)
    {
        IProvider provider = await instances.GetAsync(instance, cancellationToken).ConfigureAwait(false);
        return provider.GetCapability<IReportsPrerequisites>() is { } reports
            ? (await reports.CheckPrerequisitesAsync(new CheckPrerequisitesRequest(), cancellationToken).ConfigureAwait(false)).Prerequisites
            : [];
    }
}

/// <summary>What checks log.</summary>
internal static partial class DiagnosticsLog
{
    [LoggerMessage(1, LogLevel.Warning, "Checking the {Contract} {Instance} of kind {Kind} failed: {Reason}")]
    public static partial void CheckFailed(ILogger logger, Exception? exception, string reason, string contract, string instance, string kind);
}
