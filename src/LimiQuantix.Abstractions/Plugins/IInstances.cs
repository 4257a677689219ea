using LimiQuantix.Nodes;

namespace LimiQuantix.Plugins;

/// <summary>
/// The instances of the plugins' kinds: installation-wide. What is added, closed and opened here is kept in the state, so that it outlasts the process,
/// and every engine on that state follows.
/// </summary>
public interface IInstances
{
    /// <summary>Lists all instances: the code's and the configuration's first, in their order.</summary>
    /// <param name="query">Which ones; all of them without it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<Instance>> ListAsync(InstanceQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>Gives one instance.</summary>
    /// <param name="key">Which.</param>
    /// <param name="options">An instance is never asked.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<Instance> GetAsync(InstanceKey key, GetOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Adds an instance. It can be used at once, and is opened at its first use.</summary>
    /// <param name="spec">The instance.</param>
    /// <param name="options">Nothing yet.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>: no such kind, or its options are wrong; every problem is named. <see cref="ErrorCodes.Conflict"/>: there
    /// is one of that contract, name and node. <see cref="ErrorCodes.FailedPrecondition"/>: the state store itself comes from code or configuration.
    /// </exception>
    Task<Instance> AddAsync(InstanceSpec spec, AddInstanceOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends an instance that was added and forgets it. What it manages outside stays as it is. Removing what is absent succeeds.
    /// </summary>
    /// <param name="key">Which.</param>
    /// <param name="options">Nothing yet.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.FailedPrecondition"/>: it comes from code or configuration, or a machine uses it.
    /// </exception>
    Task RemoveAsync(InstanceKey key, RemoveInstanceOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Lets a closed instance be used again, and opens it now.</summary>
    /// <param name="key">Which.</param>
    /// <param name="options">Nothing yet.</param>
    /// <param name="cancellationToken">Ends the wait for its opening.</param>
    /// <returns>The instance; with the error where it could not be opened, which the next use tries again.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<Instance> OpenAsync(InstanceKey key, OpenInstanceOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends an instance and lets nothing use it until it is opened, on no engine: for the maintenance of what is behind it. Running machines run on. Calls that
    /// are under way may fail. Succeeds when it is closed already.
    /// </summary>
    /// <param name="key">Which.</param>
    /// <param name="options">Nothing yet.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: the state store.
    /// </exception>
    Task<Instance> CloseAsync(InstanceKey key, CloseInstanceOptions? options = null, CancellationToken cancellationToken = default);
}

/// <summary>Which instances. What is not set does not matter; what is set must all hold.</summary>
public sealed record InstanceQuery
{
    /// <summary>Of this provider contract, for example <c>IHypervisor</c>.</summary>
    public string? Contract { get; init; }

    /// <summary>Of this kind, such as <c>libvirt</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>On this node; shared ones are on none.</summary>
    public NodeId? Node { get; init; }

    /// <summary>In this phase.</summary>
    public InstancePhase? Phase { get; init; }
}

/// <summary>How to add an instance.</summary>
public sealed record AddInstanceOptions;

/// <summary>How to remove an instance.</summary>
public sealed record RemoveInstanceOptions;

/// <summary>How to open an instance.</summary>
public sealed record OpenInstanceOptions;

/// <summary>How to close an instance.</summary>
public sealed record CloseInstanceOptions;
