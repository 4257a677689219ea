using LimiQuantix.Core.Operations;
using LimiQuantix.Core.State;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Tests.Operations;

[TestFixture]
internal sealed class OperationsFacadeTests
{
    private InMemoryStateStore _state = null!;
    private EngineUnderTest _engine = null!;

    [SetUp]
    public void Open()
    {
        _state = new InMemoryStateStore(TimeProvider.System);
        _engine = new EngineUnderTest(_state, TimeProvider.System, null, new DelegateKind("test", (_, _) => Task.CompletedTask));
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _engine.DisposeAsync();
        await _state.DisposeAsync();
    }

    [Test]
    public async Task Foreign_operation_is_not_found_by_any_call()
    {
        var mine = await _engine.SubmitAsync("test");
        var foreign = For(new Caller { Name = "them", Project = "theirs" });

        await NotFoundAsync(() => foreign.GetAsync(mine.Id));
        await NotFoundAsync(() => foreign.CancelAsync(mine.Id));
        await NotFoundAsync(async () =>
        {
            await foreach (var _ in foreign.WatchAsync(mine.Id)) Assert.Fail("nothing may be told");
        });
        Assert.That((await foreign.ListAsync()).Items, Is.Empty);
        Assert.That((await foreign.ListAsync(new OperationQuery { ResourceId = mine.ResourceId })).Items, Is.Empty);
        Assert.That(await _engine.Store.IsCancelRequestedAsync(mine.Id, CancellationToken.None), Is.False);
        await NotFoundAsync(() => For(Caller.Host).GetAsync(Guid.NewGuid()));
    }

    [Test]
    public async Task List_gives_the_projects_operations_newest_first()
    {
        var resource = Guid.NewGuid();
        var one = await _engine.SubmitAsync("test", resource);
        await Task.Delay(5);
        var two = await _engine.SubmitAsync("test");
        await Task.Delay(5);
        var three = await _engine.SubmitAsync("test", resource);

        Assert.That((await For(Caller.Host).ListAsync()).Items.Select(operation => operation.Id), Is.EqualTo([three.Id, two.Id, one.Id]));
        Assert.That((await For(Caller.Host).ListAsync(new OperationQuery { ResourceId = resource })).Items.Select(operation => operation.Id), Is.EqualTo([three.Id, one.Id]));
    }

    [Test]
    public async Task Watch_tells_the_operation_as_it_is_and_ends_with_it()
    {
        var submitted = await _engine.SubmitAsync("test");
        using var deadline = new CancellationTokenSource(EngineUnderTest.Deadline);
        List<OperationPhase> phases = [];
        await foreach (var operation in For(Caller.Host).WatchAsync(submitted.Id, cancellationToken: deadline.Token))
        {
            if (phases.Count == 0) await _engine.StartAsync();
            phases.Add(operation.Phase);
        }

        Assert.That(phases[0], Is.EqualTo(OperationPhase.Pending));
        Assert.That(phases[^1], Is.EqualTo(OperationPhase.Succeeded));
        var known = (await For(Caller.Host).GetAsync(submitted.Id)).Version;
        Assert.That(await For(Caller.Host).WatchAsync(submitted.Id, new FollowOptions { AfterVersion = known }, deadline.Token).ToListAsync(), Is.Empty, "the caller knows it");
        Assert.That(await For(Caller.Host).WatchAsync(submitted.Id, new FollowOptions { AfterVersion = known - 1 }, deadline.Token).ToListAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Authorizer_that_refuses_keeps_every_action_from_being_done()
    {
        var submitted = await _engine.SubmitAsync("test");
        var authorizer = new RefusingAuthorizer();
        var operations = new OperationsFacade(_engine.State, _engine.Store, new Access(authorizer), Caller.Host);

        Func<Task>[] calls = [() => operations.GetAsync(submitted.Id), () => operations.ListAsync(), () => operations.CancelAsync(submitted.Id)];
        foreach (var call in calls)
        {
            var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => call());
            Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.PermissionDenied));
        }

        Assert.That(
            authorizer.Asked,
            Is.EqualTo([("operations.get", (Guid?)submitted.Id), ("operations.list", null), ("operations.cancel", submitted.Id)]));
        Assert.That(await _engine.Store.IsCancelRequestedAsync(submitted.Id, CancellationToken.None), Is.False);
    }

    private OperationsFacade For(Caller caller) => new(_engine.State, _engine.Store, new Access(), caller);

    private static async Task NotFoundAsync(Func<Task> call)
    {
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => call());
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.NotFound));
    }
}
