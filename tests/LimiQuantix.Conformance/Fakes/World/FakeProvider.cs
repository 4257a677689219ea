using LimiQuantix.Diagnostics;
using LimiQuantix.Plugins;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>What every fake's options have.</summary>
public abstract class FakeOptions
{
    /// <summary>The world that the fake is in. The builder's extensions set it.</summary>
    public FakeWorld? World { get; set; }

    /// <summary>The capabilities that it does not have, by their interfaces' names.</summary>
    public ISet<string> Without { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Whether the engine reaches it through <see cref="Proxy.WireProxy"/>, as if it were on another node.</summary>
    public bool IsRemote { get; set; }

    internal IEnumerable<string> Validate()
    {
        if (World is null) yield return "World must be set: add fakes with AddFakeHypervisor(world) and its siblings.";
    }
}

/// <summary>
/// What every fake is: each call is noted, meets the faults before it does anything and again before it answers, and does what it does in one piece.
/// </summary>
public abstract class FakeProvider : IProvider, IReportsPrerequisites
{
    private readonly string _contract;
    private readonly FakeOptions _options;
    private volatile bool _disposed;

    private protected FakeProvider(string contract, ProviderContext context, FakeOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        _contract = contract;
        _options = options;
        Context = context;
        World = options.World ?? throw new ArgumentException("The options have no world.", nameof(options));
    }

    private protected ProviderContext Context { get; }

    private protected FakeWorld World { get; }

    /// <inheritdoc/>
    public T? GetCapability<T>() where T : class => _options.Without.Contains(typeof(T).Name) ? null : this as T;

    /// <inheritdoc/>
    public async Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            return await CallAsync(nameof(CheckHealthAsync), null, _ => ProviderHealth.Healthy, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException failure)
        {
            return new ProviderHealth { Status = ProviderHealthStatus.Unhealthy, Description = failure.Message, Error = failure.Error };
        }
    }

    /// <inheritdoc/>
    public Task<PrerequisiteReport> CheckPrerequisitesAsync(CheckPrerequisitesRequest request, CancellationToken cancellationToken = default) => CallAsync(
        nameof(CheckPrerequisitesAsync),
        null,
        _ => new PrerequisiteReport { Prerequisites = [new Prerequisite { Name = "fake " + _contract, Status = PrerequisiteStatus.Found }] },
        cancellationToken);

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_disposed) return;
        _disposed = true;
        await World.Faults.PassAsync(NewCall(nameof(DisposeAsync), null), FakePoint.BeforeEffect, CancellationToken.None).ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Ends what the fake has going.</summary>
    private protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    private protected string Area(string kind) => $"{_contract}/{Context.InstanceName}/{kind}/";

    private protected FakeCall NewCall(string member, string? thing)
    {
        return new FakeCall { CallId = Guid.CreateVersion7(), Contract = _contract, Instance = Context.InstanceName, Member = member, Thing = thing };
    }

    private protected Task CallAsync(string member, string? thing, Action<FakeThings> effect, CancellationToken cancellationToken) => CallAsync(
        member,
        thing,
        things =>
        {
            effect(things);
            return true;
        },
        cancellationToken);

    private protected async Task<T> CallAsync<T>(string member, string? thing, Func<FakeThings, T> effect, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var call = NewCall(member, thing);
        World.Note(call);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var answersNull = await World.Faults.PassAsync(call, FakePoint.BeforeEffect, cancellationToken).ConfigureAwait(false);
            var result = World.Effect(call, effect);
            answersNull |= await World.Faults.PassAsync(call, FakePoint.AfterEffect, cancellationToken).ConfigureAwait(false);
            World.Note(call with { Stage = FakeCallStage.Ended });
            return answersNull ? default! : result;
        }
        catch (Exception failure)
        {
            World.Note(call with { Stage = FakeCallStage.Failed, Error = (failure as LimiQuantixException)?.Code ?? failure.GetType().Name });
            throw;
        }
    }

    /// <summary>
    /// A call that changes something: refused, in one piece with its effect, when a higher one was heard by the instance or changed the thing.
    /// What is kept of calls is beside the things: that another engine made them does not make two worlds differ.
    /// </summary>
    private protected Task<T> MutateAsync<T>(
        string member, string thing, ProviderCall call, string? markKey, Func<FakeThings, T> effect, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        return CallAsync(
            member,
            thing,
            things =>
            {
                var heard = things.GetAside<ProviderMark>(FenceKey);
                heard?.Admit(call with { OwnerEpoch = 0, Generation = 0 }, thing);
                var kept = markKey is null ? null : things.GetAside<ProviderMark>(markKey);
                kept?.Admit(call, thing);
                things.PutAside(FenceKey, heard?.After(call) ?? ProviderMark.Of(call));
                if (markKey is null) return effect(things);
                // The effect sees and tells the mark as it will be; when it refuses, nothing was changed by this call.
                things.PutAside(markKey, kept?.After(call) ?? ProviderMark.Of(call));
                try
                {
                    return effect(things);
                }
                catch
                {
                    if (kept is null) things.RemoveAside(markKey);
                    else things.PutAside(markKey, kept);
                    throw;
                }
            },
            cancellationToken);
    }

    /// <summary>What the instance heard.</summary>
    private string FenceKey => Area("fence") + "heard";

    /// <summary>What is kept of the calls that changed a thing.</summary>
    private protected string MarkKey(object id) => Area("marks") + id;

    private protected ProviderMark? Mark(FakeThings things, object id) => things.GetAside<ProviderMark>(MarkKey(id));

    private protected void CheckOwner(Ownership ownership)
    {
        ArgumentNullException.ThrowIfNull(ownership);
        if (ownership.InstallationId != Context.InstallationId) throw Invalid("The ownership mark is another installation's.", nameof(Ownership));
        if (ownership.ResourceId == Guid.Empty) throw Invalid("The id is empty.", nameof(Ownership));
    }

    private protected static LimiQuantixException Invalid(string message, string target) => new(ErrorCodes.InvalidArgument, message, target: target);

    private protected static LimiQuantixException NotFound(string what, object id) =>
        new(ErrorCodes.NotFound, $"There is no such {what}.", target: id.ToString());

    private protected static LimiQuantixException Conflict(string what, object id) =>
        new(ErrorCodes.Conflict, $"The {what} is there with another definition.", "Delete it, then make it anew.", id.ToString());
}
