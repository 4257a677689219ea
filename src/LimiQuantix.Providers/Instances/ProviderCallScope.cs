namespace LimiQuantix.Providers.Instances;

/// <summary>
/// What an operation wants of the provider calls made on its behalf: that each mutating one says which engine makes it and begins only while
/// this process is sure of its lease, and that one which outlasts its deadline stays known. Flows with the asynchronous calls; without one a
/// provider cannot be made to change anything.
/// Thread-safe.
/// </summary>
/// <param name="ensureLeading">
/// Called right before each mutating call begins; throws <see cref="ErrorCodes.NotLeader"/> when the lease may have lapsed. Must be fast:
/// it runs on the instance's own threads.
/// </param>
/// <param name="call">The engine's lease and the operation.</param>
internal sealed class ProviderCallScope(Action ensureLeading, ProviderCall call)
{
    private static readonly AsyncLocal<ProviderCallScope?> Flowing = new();
    private static readonly AsyncLocal<(long OwnerEpoch, long Generation)> Thing = new();

    private readonly Lock _lock = new();
    private readonly List<Task> _late = [];

    /// <summary>The engine's lease and the operation.</summary>
    public ProviderCall Call => call;

    /// <summary>The scope that this code runs in, if any.</summary>
    public static ProviderCallScope? Current => Flowing.Value;

    /// <summary>The late calls that have not returned yet.</summary>
    public IReadOnlyList<Task> Late
    {
        get
        {
            lock (_lock)
            {
                _late.RemoveAll(call => call.IsCompleted);
                return [.. _late];
            }
        }
    }

    /// <summary>Says on whose behalf a provider is made to change what the operation is about.</summary>
    /// <exception cref="InvalidOperationException">This code runs in no operation and in no service of the engine: a mistake.</exception>
    public static ProviderCall NewCall() => NewCall(Thing.Value);

    /// <summary>Says on whose behalf a provider is made to change something else: the only place where that is said.</summary>
    /// <param name="about">The thing's owner epoch, and the generation of its specification; 0 for what has none.</param>
    /// <exception cref="InvalidOperationException">As of the operation's own.</exception>
    public static ProviderCall NewCall((long OwnerEpoch, long Generation) about) =>
        (Current ?? throw new InvalidOperationException("A provider is made to change something outside of an operation and of the engine's own services.")).Call
        with { OwnerEpoch = about.OwnerEpoch, Generation = about.Generation };

    /// <summary>The same for what has no generation, such as a base or an import.</summary>
    public static ProviderCall NewSharedCall() => NewCall((0, 0));

    /// <summary>Says what the calls that follow in this method, and in those that it calls, are about.</summary>
    public static void About(long ownerEpoch, long generation) => Thing.Value = (ownerEpoch, generation);

    /// <summary>Enters the scope, until what is given back is disposed. Call it in the method whose calls belong to the scope.</summary>
    public Entered Enter()
    {
        var before = Flowing.Value;
        Flowing.Value = this;
        return new Entered(before);
    }

    /// <summary>Returns when a mutating call may begin.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotLeader"/>.</exception>
    public void EnsureLeading() => ensureLeading();

    /// <summary>Notes a mutating call that was given up but still runs; its failure is nobody's any more.</summary>
    public void AddLate(Task call)
    {
        lock (_lock) _late.Add(call);
    }

    /// <summary>Returns when every late call has returned, however it ended, those added meanwhile too.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitForLateAsync(CancellationToken cancellationToken)
    {
        while (Late is { Count: > 0 } late)
        {
            await Task.WhenAll(late).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Leaves the scope when it is disposed.</summary>
    public readonly struct Entered(ProviderCallScope? before) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => Flowing.Value = before;
    }
}
