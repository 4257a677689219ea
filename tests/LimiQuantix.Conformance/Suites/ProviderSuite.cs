using LimiQuantix.Conformance.Proxy;
using LimiQuantix.Diagnostics;
using LimiQuantix.Plugins;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

/// <summary>
/// What holds for every provider. A provider's tests inherit the suite of its contract with two fixtures, <c>[TestFixture(false)]</c> and
/// <c>[TestFixture(true)]</c>: as it is, and through a proxy that turns every argument and answer into bytes and back.
/// </summary>
/// <typeparam name="T">The provider contract.</typeparam>
/// <param name="isRemote">Whether the provider is reached through the proxy.</param>
public abstract class ProviderSuite<T>(bool isRemote) where T : class, IProvider
{
    private T? _provider;
    private SuiteHost? _host;

    /// <summary>How many callers at once every verb must bear.</summary>
    protected const int Callers = 10;

    /// <summary>A call that takes longer hangs.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromMinutes(2);

    /// <summary>Whether the provider is reached through the proxy.</summary>
    protected bool IsRemote => isRemote;

    /// <summary>What the provider was opened with.</summary>
    protected ProviderContext Context => _host!.Context;

    /// <summary>The host, for its folders.</summary>
    protected SuiteHost Host => _host!;

    /// <summary>The provider: a new one for each test.</summary>
    protected T Provider => _provider!;

    /// <summary>Opens the provider, as its plugin does.</summary>
    protected abstract ValueTask<T> OpenAsync(ProviderContext context);

    /// <summary>Makes what the provider is opened with.</summary>
    protected virtual SuiteHost MakeHost() => new();

    /// <summary>Removes what a test may have left, before the provider is disposed.</summary>
    protected virtual ValueTask CleanUpAsync() => ValueTask.CompletedTask;

    /// <summary>Lets every call take a while, where the test can: a call that ends at once has no middle to be cancelled in.</summary>
    protected virtual void SlowDown()
    {
    }

    /// <summary>The calls of the contract that take a token, by name, each with arguments that are right but name nothing that exists.</summary>
    protected abstract IEnumerable<(string Member, Func<CancellationToken, Task> Call)> EveryCall();

    [SetUp]
    public async Task OpenProviderAsync()
    {
        _host = MakeHost();
        _provider = await ReachAsync();
    }

    [TearDown]
    public async Task CloseProviderAsync()
    {
        try
        {
            if (_provider is not null)
            {
                await CleanUpAsync();
                await _provider.DisposeAsync();
            }
        }
        finally
        {
            if (_host is not null) await _host.DisposeAsync();
        }
    }

    [Test]
    public async Task Health_is_an_answer()
    {
        var health = await Provider.CheckHealthAsync().WaitAsync(Patience);

        Assert.That(health.Status, Is.EqualTo(ProviderHealthStatus.Healthy), health.Description);
    }

    [Test]
    public async Task Disposing_twice_is_disposing_once()
    {
        var other = await ReachAsync();
        await other.CheckHealthAsync().WaitAsync(Patience);

        await other.DisposeAsync().AsTask().WaitAsync(Patience);
        await other.DisposeAsync().AsTask().WaitAsync(Patience);
    }

    [Test]
    public void Capability_that_the_provider_does_not_have_is_null() => Assert.That(Provider.GetCapability<IDisposable>(), Is.Null);

    [Test]
    public async Task Prerequisites_are_an_answer()
    {
        if (Provider.GetCapability<IReportsPrerequisites>() is not { } reporter) return;

        var all = await reporter.CheckPrerequisitesAsync().WaitAsync(Patience);

        Assert.That(all.Select(item => item.Name), Is.Unique.And.All.Not.Empty);
        Assert.That(all.Where(item => item is { Status: PrerequisiteStatus.Missing, IsOptional: false, Remedy: null }), Is.Empty, "what is missing has a remedy");
    }

    [Test]
    public async Task Token_that_is_cancelled_already_ends_every_call()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var (member, call) in EveryCall())
            {
                try
                {
                    await call(new CancellationToken(canceled: true)).WaitAsync(Patience);
                    Assert.Fail($"{member} went on.");
                }
                catch (Exception e) when (e is not AssertionException)
                {
                    Assert.That(e, Is.InstanceOf<OperationCanceledException>(), member);
                }
            }
        }
    }

    /// <summary>Opens another provider beside the test's, on the same outside.</summary>
    protected async Task<T> ReachAsync()
    {
        var provider = await OpenAsync(Context);
        return isRemote ? WireProxy.Of(provider) : provider;
    }

    /// <summary>Ends the test's provider and opens it anew, as a process that is started again does.</summary>
    protected async Task ReopenAsync()
    {
        await Provider.DisposeAsync().AsTask().WaitAsync(Patience);
        _provider = await ReachAsync();
    }

    /// <summary>Whether what the provider keeps with things is there after it was opened anew.</summary>
    protected virtual bool KeepsMarks => true;

    /// <summary>An engine that was heard: second era, its fifth engine, a thing with its second owner and third generation.</summary>
    protected static ProviderCall Heard { get; } = new() { Era = 2, EngineToken = 5, OwnerEpoch = 2, Generation = 3 };

    /// <summary>
    /// Expects that every change that a superseded engine asks for is refused, also after the provider was opened anew, and that later ones are
    /// admitted.
    /// </summary>
    /// <param name="calls">
    /// Every change of one thing, each with the engine's word, in an order in which all of them succeed; the first one makes the thing and the last one
    /// removes it.
    /// </param>
    /// <param name="mark">What the thing keeps; nothing when the contract cannot tell.</param>
    protected async Task OnlyLaterEnginesAsync(IReadOnlyList<Func<ProviderCall, Task>> calls, Func<Task<ProviderMark?>>? mark = null)
    {
        ArgumentNullException.ThrowIfNull(calls);
        await calls[0](Heard).WaitAsync(Patience);
        await RefusesAsync(Lower(Heard));
        // 0 says nothing of the thing, and the same engine may call again.
        await calls[0](Heard with { OwnerEpoch = 0, Generation = 0 }).WaitAsync(Patience);
        await ReopenAsync();
        await RefusesAsync(KeepsMarks ? Lower(Heard) : Lower(Heard)[..2]);
        if (KeepsMarks && mark is not null) Assert.That(await mark(), Is.EqualTo(ProviderMark.Of(Heard)));

        var later = Heard with { EngineToken = 6, OwnerEpoch = 3, Generation = 4 };
        await calls[0](later).WaitAsync(Patience);
        if (mark is not null) Assert.That(await mark(), Is.EqualTo(ProviderMark.Of(later)));
        await RefusesAsync([Heard, later with { OwnerEpoch = 2 }, later with { Generation = 3 }]);

        // The state of a later era may be an older backup: there, lower numbers are its own.
        var restored = new ProviderCall { Era = 3, EngineToken = 1, OwnerEpoch = 1, Generation = 1 };
        foreach (var call in calls) await call(restored).WaitAsync(Patience);
        await RefusesAsync([later]);
        await ReopenAsync();
        await RefusesAsync([later]);

        async Task RefusesAsync(IReadOnlyList<ProviderCall> superseded)
        {
            foreach (var engine in superseded)
            {
                for (var number = 0; number < calls.Count; number++)
                {
                    var call = calls[number];
                    try
                    {
                        await RefusedAsync(ErrorCodes.Fenced, () => call(engine));
                    }
                    catch (AssertionException failure)
                    {
                        throw new AssertionException($"Change {number} by {engine}: {failure.Message}", failure);
                    }
                }
            }
        }
    }

    /// <summary>Calls that are lower: the first two in who leads, the others in the thing.</summary>
    private static ProviderCall[] Lower(ProviderCall heard) =>
    [
        heard with { Era = heard.Era - 1, EngineToken = 9, OwnerEpoch = 9, Generation = 9 },
        heard with { EngineToken = heard.EngineToken - 1, OwnerEpoch = 9, Generation = 9 },
        heard with { OwnerEpoch = heard.OwnerEpoch - 1, Generation = 9 },
        heard with { Generation = heard.Generation - 1 },
    ];

    /// <summary>A new id with this installation's mark.</summary>
    protected Ownership NewOwnership() => new() { InstallationId = Context.InstallationId, ResourceId = Guid.CreateVersion7() };

    /// <summary>Expects the contract's exception with a code.</summary>
    protected async Task<LimiQuantixError> RefusedAsync(string code, Func<Task> call)
    {
        try
        {
            await call().WaitAsync(Patience);
        }
        catch (LimiQuantixException refusal)
        {
            Assert.That(refusal.Code, Is.EqualTo(code), refusal.Message);
            Assert.That(refusal.Error.Message, Is.Not.Empty);
            return refusal.Error;
        }

        throw new AssertionException($"{code} was expected, and the call succeeded.");
    }

    /// <summary>Lets many callers do the same at once, and expects that each of them succeeds.</summary>
    protected Task TogetherAsync(Func<int, Task> call) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(number => Task.Run(() => call(number)))).WaitAsync(Patience);

    /// <summary>
    /// Cancels a call in its middle, a little later each time, until a round in which it was not cancelled any more. After each round the thing that the
    /// call is about must be as it was, or whole.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="afterwards">Judges what is there, and cleans up for the next round. Told whether the call ended by itself.</param>
    /// <param name="rounds">How many at most.</param>
    protected async Task CancelledInMidCallAsync(Func<CancellationToken, Task> call, Func<bool, Task> afterwards, int rounds = 12)
    {
        var cancelled = 0;
        SlowDown();
        for (var round = 0; round < rounds; round++)
        {
            using var cancel = new CancellationTokenSource();
            var calling = Task.Run(() => call(cancel.Token));

            // From at once to about a second, each time half as much again: short calls are met in their middle, and long ones.
            if (round > 0) await Task.WhenAny(calling, Task.Delay(TimeSpan.FromMilliseconds(Math.Pow(1.8, round))));
            await cancel.CancelAsync();
            var hasEnded = false;
            try
            {
                await calling.WaitAsync(Patience);
                hasEnded = true;
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }

            await afterwards(hasEnded);
            if (hasEnded && round > rounds / 2) break;
        }

        TestContext.Out.WriteLine($"{cancelled} of the calls were cancelled in their middle.");
    }

    /// <summary>Everything that an enumeration gives.</summary>
    protected async Task<List<TItem>> AllAsync<TItem>(IAsyncEnumerable<TItem> items)
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await items.ToListAsync(deadline.Token);
    }
}
