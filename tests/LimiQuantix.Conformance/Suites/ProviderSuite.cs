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
