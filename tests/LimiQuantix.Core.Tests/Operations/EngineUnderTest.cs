using LimiQuantix.Core.Operations;
using LimiQuantix.Operations;
using LimiQuantix.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.Operations;

/// <summary>An engine with its queue over a store, as one process would have it.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public EngineUnderTest(IStateStore state, TimeProvider timeProvider, OperationEngineOptions? options, params IOperationKind[] kinds)
        : this(state, timeProvider, options, [], kinds)
    {
    }

    public EngineUnderTest(
        IStateStore state, TimeProvider timeProvider, OperationEngineOptions? options, IEngineService[] services, IOperationKind[] kinds)
    {
        options ??= new OperationEngineOptions();
        State = state;
        Store = new OperationStore(state, timeProvider);
        Queue = new OperationQueue(state, Store, timeProvider);
        Lease = new EngineLease(state, options, timeProvider, NullLogger<EngineLease>.Instance);
        Engine = new OperationEngine(state, Store, Lease, kinds, services, [], options, timeProvider, NullLogger<OperationEngine>.Instance);
    }

    public IStateStore State { get; }

    public OperationStore Store { get; }

    public OperationQueue Queue { get; }

    public EngineLease Lease { get; }

    public OperationEngine Engine { get; }

    public Task StartAsync() => Engine.StartAsync(CancellationToken.None);

    public Task StopAsync() => Engine.StopAsync(CancellationToken.None);

    public Task<Operation> SubmitAsync(
        string kind, Guid? resourceId = null, string? key = null, string what = "", Caller? caller = null, Guid[]? alsoLocked = null) =>
        Queue.SubmitAsync(
            new OperationRequest
            {
                Kind = kind,
                Caller = caller ?? Caller.Host,
                Target = resourceId,
                Request = new TestRequest { What = what },
                Options = new CreateOptions { IdempotencyKey = key },
            },
            _ => Task.FromResult(new OperationIntent { ResourceId = resourceId ?? Guid.NewGuid(), AlsoLocked = alsoLocked ?? [] }),
            CancellationToken.None);

    /// <summary>Waits until the operation has ended and gives it.</summary>
    public async Task<Operation> EndedAsync(Guid id)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        Operation? last = null;
        await foreach (var operation in Store.FollowAsync(id, deadline.Token)) last = operation;
        return last!;
    }

    /// <summary>Waits until the stored operation is as a test wants it.</summary>
    public async Task<Operation> UntilAsync(Guid id, Func<Operation, bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await foreach (var operation in Store.FollowAsync(id, deadline.Token))
        {
            if (condition(operation)) return operation;
        }

        throw new InvalidOperationException("The operation ended without it.");
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
