using LimiQuantix.Conformance.State;
using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core.Tests.State;

/// <summary>What becomes of a commit whose answer is lost.</summary>
[TestFixture]
internal sealed class PatientCommitTests
{
    private FaultyStateStore _store = null!;

    [SetUp]
    public void Open() => _store = new FaultyStateStore(new InMemoryStateStore(TimeProvider.System));

    [TearDown]
    public async Task CloseAsync() => await _store.DisposeAsync();

    [TestCase(StateFault.FailBefore)]
    [TestCase(StateFault.FailAfter)]
    public async Task Commit_without_an_answer_is_asked_for_again_and_made_once(StateFault fault)
    {
        _store.NextCommits(fault, fault);
        var commit = await _store.CommitOrThrowAsync(Create("a"), CancellationToken.None);

        // Its own condition, that there is no entry, is not misread as somebody else's entry.
        Assert.That(commit.IsCommitted, Is.True);
        Assert.That(_store.CommitsAsked, Is.EqualTo(3));
        Assert.That((await _store.GetAsync("a"))!.Version, Is.EqualTo(commit.Revision));
        Assert.That(commit.Revision, Is.EqualTo(1), "one change");
    }

    [Test]
    public async Task Conflict_is_told_also_after_a_lost_answer()
    {
        await _store.CommitAsync(Create("a"));
        _store.NextCommits(StateFault.FailBefore);

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => _store.CommitOrThrowAsync(Create("a"), CancellationToken.None));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Conflict));
        Assert.That(thrown.Target, Is.EqualTo("a"));
    }

    [Test]
    public async Task Store_that_never_answers_is_given_up_with_its_own_error()
    {
        _store.OnCommit = _ => StateFault.FailAfter;

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => _store.CommitOrThrowAsync(Create("a"), CancellationToken.None));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Unavailable));
        Assert.That(_store.CommitsAsked, Is.EqualTo(5));
    }

    [TestCase(StateFault.Hang, false)]
    [TestCase(StateFault.HangAfter, true)]
    public async Task Callers_token_ends_a_commit_that_hangs_and_the_same_transaction_may_be_asked_for_again(StateFault fault, bool isMade)
    {
        _store.NextCommits(fault);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        var transaction = Create("a");

        await Assert.CatchAsync<OperationCanceledException>(() => _store.CommitOrThrowAsync(transaction, soon.Token));
        Assert.That(await _store.GetAsync("a") is not null, Is.EqualTo(isMade));
        Assert.That((await _store.CommitOrThrowAsync(transaction, CancellationToken.None)).Revision, Is.EqualTo(1));
    }

    [Test]
    public async Task List_in_pages_begins_again_when_a_new_era_begins_meanwhile()
    {
        await _store.CommitAsync(new StateTransaction { Mutations = [.. Enumerable.Range(0, 5).Select(i => Put($"a/{i}"))] });
        var pages = 0;
        _store.AfterList = () => ++pages == 1 ? _store.RaiseEraAsync() : Task.CompletedTask;

        var (entries, cursor) = await _store.ListAllAsync(new StateQuery { Prefix = "a/", Limit = 2 }, CancellationToken.None);

        Assert.That(entries.Select(entry => entry.Key), Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"a/{i}")));
        Assert.That(cursor, Does.StartWith("2."));
    }

    private static StateTransaction Create(string key) =>
        new() { Conditions = [new StateCondition { Key = key, ExpectedVersion = 0 }], Mutations = [Put(key)] };

    private static StateMutation Put(string key) => new() { Key = key, Value = "x"u8.ToArray() };
}
