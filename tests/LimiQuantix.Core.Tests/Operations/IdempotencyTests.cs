using LimiQuantix.Core.Operations;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Tests.State.Sqlite;
using LimiQuantix.Operations;
using LimiQuantix.State;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Operations;

[TestFixture]
internal sealed class IdempotencyTests
{
    private InMemoryStateStore _state = null!;
    private EngineUnderTest _engine = null!;

    [SetUp]
    public void Open()
    {
        _state = new InMemoryStateStore(TimeProvider.System);
        _engine = new EngineUnderTest(_state, TimeProvider.System, null);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _engine.DisposeAsync();
        await _state.DisposeAsync();
    }

    [Test]
    public async Task Fifty_parallel_submissions_with_one_key_make_one_operation_and_one_record()
    {
        await using var folder = new TemporaryFolder();
        await using var state = StateChild.Open(folder.Combine("state.db"));
        await using var engine = new EngineUnderTest(state, TimeProvider.System, null);

        var operations = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() =>
        {
            var id = Guid.CreateVersion7();
            return engine.Queue.SubmitAsync(
                new OperationRequest
                {
                    Kind = "things.create",
                    Caller = Caller.Host,
                    Target = null,
                    Request = new TestRequest { What = "thing" },
                    Options = new CreateOptions { IdempotencyKey = "key" },
                },
                _ => Task.FromResult(new OperationIntent
                {
                    ResourceId = id,
                    Writes = [new StateWrite { Mutations = [new StateMutation { Key = $"things/{id:D}", Value = "{}"u8.ToArray() }] }],
                }),
                CancellationToken.None);
        })));

        Assert.That(operations.Select(operation => operation.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(operations.Select(operation => operation.ResourceId).Distinct().Count(), Is.EqualTo(1));
        Assert.That((await state.ListAsync(new StateQuery { Prefix = "operations/" })).Entries, Has.Count.EqualTo(1));
        var things = (await state.ListAsync(new StateQuery { Prefix = "things/" })).Entries;
        Assert.That(things.Select(entry => entry.Key), Is.EqualTo([$"things/{operations[0].ResourceId:D}"]));
    }

    [Test]
    public async Task Same_key_with_another_request_is_told()
    {
        await _engine.SubmitAsync("test", key: "key", what: "this");

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => _engine.SubmitAsync("test", key: "key", what: "that"));

        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.IdempotencyKeyReused));
        Assert.That(thrown.Target, Is.EqualTo("IdempotencyKey"));
    }

    [Test]
    public async Task Same_key_with_another_kind_or_resource_is_a_conflict()
    {
        await _engine.SubmitAsync("test", Guid.NewGuid(), "key");

        await Assert.ThrowsAsync<LimiQuantixException>(() => _engine.SubmitAsync("test", Guid.NewGuid(), "key"));
        await Assert.ThrowsAsync<LimiQuantixException>(() => _engine.SubmitAsync("other", key: "key"));
    }

    [Test]
    public async Task Same_key_in_another_project_is_another_operation()
    {
        var mine = await _engine.SubmitAsync("test", key: "key");
        var theirs = await _engine.SubmitAsync("test", key: "key", what: "else", caller: new Caller { Name = "them", Project = "Theirs & more" });

        Assert.That(theirs.Id, Is.Not.EqualTo(mine.Id));
    }

    [Test]
    public async Task Same_key_of_another_caller_is_another_operation()
    {
        var mine = await _engine.SubmitAsync("test", key: "key");
        var theirs = await _engine.SubmitAsync("test", key: "key", what: "else", caller: new Caller { Name = "another" });

        Assert.That(theirs.Id, Is.Not.EqualTo(mine.Id));
    }

    [Test]
    public async Task Key_is_looked_up_before_any_precondition()
    {
        var resource = Guid.NewGuid();
        var first = await _engine.SubmitAsync("test", resource, key: "key");
        var request = new OperationRequest
        {
            Kind = "test", Caller = Caller.Host, Target = resource, Request = new TestRequest { What = "" }, Options = new CreateOptions { IdempotencyKey = "key" },
        };

        var again = await _engine.Queue.SubmitAsync(request, _ => throw new LimiQuantixException(ErrorCodes.NotFound, "The resource is gone."), CancellationToken.None);

        Assert.That(again.Id, Is.EqualTo(first.Id));
    }

    [TestCase("")]
    [TestCase("k", 129)]
    public async Task Key_over_its_bounds_is_refused(string key, int times = 1)
    {
        var repeated = string.Concat(Enumerable.Repeat(key, times));
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => _engine.SubmitAsync("test", key: repeated));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
    }

    [Test]
    public async Task Condition_of_the_writes_that_does_not_hold_is_a_conflict_about_its_key()
    {
        var request = new OperationRequest
        {
            Kind = "test",
            Caller = Caller.Host,
            Target = null,
            Request = new TestRequest { What = "" },
            Options = new CreateOptions { IdempotencyKey = "key" },
        };
        var prepared = 0;
        Task<OperationIntent> PrepareAsync(CancellationToken token)
        {
            prepared++;
            var write = new StateWrite { Conditions = [new StateCondition { Key = "things/1", ExpectedVersion = 7 }] };
            return Task.FromResult(new OperationIntent { ResourceId = Guid.NewGuid(), Writes = [write] });
        }

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => _engine.Queue.SubmitAsync(request, PrepareAsync, CancellationToken.None));

        Assert.That(prepared, Is.GreaterThan(1), "what changes meanwhile is read again before anybody is told of a conflict");
        Assert.That(thrown!.IsTransient, Is.True);

        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Conflict));
        Assert.That(thrown.Target, Is.EqualTo("things/1"));
        Assert.That((await _state.ListAsync(new StateQuery { Prefix = "" })).Entries, Is.Empty);
    }
}
