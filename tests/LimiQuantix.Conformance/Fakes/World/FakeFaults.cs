namespace LimiQuantix.Conformance.Fakes;

/// <summary>Where in a call a fault waits.</summary>
public enum FakePoint
{
    /// <summary>The call was made, and nothing was done yet.</summary>
    BeforeEffect = 0,

    /// <summary>Everything was done, and the answer is under way.</summary>
    AfterEffect = 1,
}

/// <summary>What a fault does.</summary>
public enum FakeAction
{
    /// <summary>Throws the contract's exception.</summary>
    Throw = 0,

    /// <summary>Throws an exception that no contract allows.</summary>
    ThrowForeign = 1,

    /// <summary>Waits until it is released.</summary>
    Hang = 2,

    /// <summary>Blocks the caller's thread until it is released, at most a minute.</summary>
    HangThread = 3,

    /// <summary>Waits by the world's clock.</summary>
    Delay = 4,

    /// <summary>Answers null, whatever the contract says.</summary>
    AnswerNull = 5,
}

/// <summary>Something that is to go wrong.</summary>
public sealed record FakeFault
{
    /// <summary>Its id.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The contract's member that it waits in, such as <c>StartAsync</c>, or <c>*</c> for any; reads of opened streams are <c>Read</c>.</summary>
    public required string Member { get; init; }

    /// <summary>The instance that it waits in; <see langword="null"/> for any.</summary>
    public string? Instance { get; init; }

    /// <summary>The thing that it waits for, as in <see cref="FakeCall.Thing"/>; <see langword="null"/> for any.</summary>
    public string? Thing { get; init; }

    /// <summary>Where in the call.</summary>
    public FakePoint Point { get; init; }

    /// <summary>What it does.</summary>
    public FakeAction Action { get; init; }

    /// <summary>What <see cref="FakeAction.Throw"/> throws.</summary>
    public LimiQuantixError? Error { get; init; }

    /// <summary>How long <see cref="FakeAction.Delay"/> waits.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Whether a hang or delay goes on after the caller's token ended, as in a plugin that hangs.</summary>
    public bool IgnoresToken { get; init; }

    /// <summary>How many calls go by first.</summary>
    public int Skip { get; init; }

    /// <summary>How many calls it meets then.</summary>
    public int Times { get; init; } = 1;

    /// <summary>How many calls it met, the ones it let by too.</summary>
    public int Seen { get; init; }

    /// <summary>Whether a hang was released.</summary>
    public bool IsReleased { get; init; }

    /// <summary>How many calls it did something to.</summary>
    public int Hits => Math.Clamp(Seen - Skip, 0, Times);
}

/// <summary>The faults of a world. They are things of it: one process sets them, another one meets them.</summary>
public sealed class FakeFaults
{
    private const string Area = "faults/";
    private readonly FakeWorld _world;

    internal FakeFaults(FakeWorld world) => _world = world;

    /// <summary>Sets a fault.</summary>
    public FakeFaultHandle Add(FakeFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        _world.Change(things =>
        {
            things.Put(Area + fault.Id, fault);
            return 0;
        });
        return new FakeFaultHandle(_world, fault.Id);
    }

    /// <summary>Lets a member throw the contract's exception.</summary>
    public FakeFaultHandle Throw(string member, string code = ErrorCodes.Internal, FakePoint point = FakePoint.BeforeEffect, int times = 1, bool isTransient = false, int skip = 0) =>
        Add(new FakeFault
        {
            Member = member,
            Point = point,
            Times = times,
            Skip = skip,
            Error = new LimiQuantixError { Code = code, Message = $"{member} was told to fail.", IsTransient = isTransient },
        });

    /// <summary>Lets a member wait until it is released.</summary>
    public FakeFaultHandle Hang(string member, FakePoint point = FakePoint.BeforeEffect, bool ignoresToken = false, int times = 1, int skip = 0) =>
        Add(new FakeFault { Member = member, Action = FakeAction.Hang, Point = point, IgnoresToken = ignoresToken, Times = times, Skip = skip });

    /// <summary>Lets a member take its time, by the world's clock.</summary>
    public FakeFaultHandle Delay(string member, TimeSpan delay, FakePoint point = FakePoint.BeforeEffect, int times = 1 << 30) =>
        Add(new FakeFault { Member = member, Action = FakeAction.Delay, Delay = delay, Point = point, Times = times });

    /// <summary>The handle of a fault that another process set.</summary>
    public FakeFaultHandle Find(Guid id) => new(_world, id);

    /// <summary>Takes every fault away; what hangs goes on.</summary>
    public void Clear() => _world.Change(things =>
    {
        foreach (var key in things.Keys(Area)) things.Remove(key);
        return 0;
    });

    internal static bool Owns(string key) => key.StartsWith(Area, StringComparison.Ordinal);

    internal static FakeFault? Read(FakeThings things, Guid id) => things.Get<FakeFault>(Area + id);

    /// <summary>Meets what waits at a point of a call.</summary>
    /// <returns>Whether the call is to answer null.</returns>
    internal async ValueTask<bool> PassAsync(FakeCall call, FakePoint point, CancellationToken cancellationToken)
    {
        var answersNull = false;
        foreach (var fault in _world.Change(things => Meet(things, call, point)))
        {
            switch (fault.Action)
            {
                case FakeAction.Throw:
                    throw new LimiQuantixException(fault.Error ?? new LimiQuantixError { Code = ErrorCodes.Internal, Message = "Told to fail." });
                case FakeAction.ThrowForeign:
                    throw new InvalidOperationException($"{call.Member} was told to throw what no contract allows.");
                case FakeAction.HangThread:
                    SpinWait.SpinUntil(() => _world.Read(things => IsReleased(things, fault.Id)), TimeSpan.FromMinutes(1));
                    break;
                case FakeAction.Hang:
                    await _world.UntilAsync(things => IsReleased(things, fault.Id), fault.IgnoresToken ? CancellationToken.None : cancellationToken).ConfigureAwait(false);
                    break;
                case FakeAction.Delay:
                    await Task.Delay(fault.Delay, _world.TimeProvider, fault.IgnoresToken ? CancellationToken.None : cancellationToken).ConfigureAwait(false);
                    break;
                case FakeAction.AnswerNull:
                    answersNull = true;
                    break;
            }
        }

        return answersNull;
    }

    private static bool IsReleased(FakeThings things, Guid id) => Read(things, id) is not { IsReleased: false };

    private static List<FakeFault> Meet(FakeThings things, FakeCall call, FakePoint point)
    {
        List<FakeFault> met = [];
        foreach (var fault in things.All<FakeFault>(Area))
        {
            if (fault.Point != point || (fault.Member != "*" && fault.Member != call.Member)) continue;
            if ((fault.Instance ?? call.Instance) != call.Instance || (fault.Thing ?? call.Thing) != call.Thing) continue;
            if (fault.Seen - fault.Skip >= fault.Times) continue;
            things.Put(Area + fault.Id, fault with { Seen = fault.Seen + 1 });
            if (fault.Seen >= fault.Skip) met.Add(fault);
        }

        return met;
    }
}

/// <summary>One fault that was set.</summary>
public sealed class FakeFaultHandle
{
    private readonly FakeWorld _world;

    internal FakeFaultHandle(FakeWorld world, Guid id)
    {
        _world = world;
        Id = id;
    }

    /// <summary>The fault's id, for another process.</summary>
    public Guid Id { get; }

    /// <summary>How many calls it did something to.</summary>
    public int Hits => _world.Read(things => FakeFaults.Read(things, Id)?.Hits ?? 0);

    /// <summary>Waits until it did something to so many calls.</summary>
    /// <exception cref="TimeoutException">That did not happen in time.</exception>
    public async Task ReachedAsync(TimeSpan? timeout = null, int times = 1)
    {
        using var deadline = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(60));
        try
        {
            await _world.UntilAsync(things => FakeFaults.Read(things, Id)?.Hits >= times, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No call reached the fault: it met {Hits} of {times}.");
        }
    }

    /// <summary>Lets what hangs, and every later call, go on.</summary>
    public void Release() => _world.Change(things =>
    {
        if (FakeFaults.Read(things, Id) is { } fault) things.Put("faults/" + Id, fault with { IsReleased = true });
        return 0;
    });
}
