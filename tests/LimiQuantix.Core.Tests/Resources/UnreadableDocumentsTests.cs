using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Diagnostics;
using LimiQuantix.Operations;
using LimiQuantix.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Tests.Resources;

/// <summary>One stored document that cannot be read hides no other.</summary>
[TestFixture]
internal sealed class UnreadableDocumentsTests
{
    [Test]
    public async Task Lists_leave_it_out_the_doctor_tells_it_and_only_who_asks_for_it_is_told()
    {
        await using var platform = await Platform.StartAsync();
        var kept = await platform.CreateAsync(platform.Spec("kept"));
        var broken = await platform.CreateAsync(platform.Spec("broken"));
        var state = platform.Services.GetRequiredService<IStateStore>();
        var operations = (await platform.LimiQuantix.Operations.ListAsync(new OperationQuery { ResourceId = broken.Id })).Items;
        await BreakAsync(state, $"machines/{broken.Id:D}");
        await BreakAsync(state, LimiQuantix.Core.Operations.OperationKeys.Operation(operations[0].Id));

        Assert.That((await platform.LimiQuantix.Machines.ListAsync()).Items.Select(machine => machine.Name), Is.EqualTo(["kept"]));
        Assert.That((await platform.LimiQuantix.Operations.ListAsync(new OperationQuery { ResourceId = broken.Id })).Items, Is.Empty);
        Assert.That((await platform.LimiQuantix.Operations.ListAsync()).Items.Select(operation => operation.ResourceId), Does.Contain(kept.Id));
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.GetAsync(broken.Id));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.DataCorrupt));
        Assert.That(thrown.Remedy, Does.Contain($"machines/{broken.Id:D}"));

        var told = (await platform.LimiQuantix.Doctor.CheckAsync()).Where(item => item.Name.StartsWith("stored document", StringComparison.Ordinal)).ToList();
        Assert.That(told.Select(item => item.Name), Is.EquivalentTo(
            [$"stored document 'machines/{broken.Id:D}'", $"stored document '{LimiQuantix.Core.Operations.OperationKeys.Operation(operations[0].Id)}'"]));
        Assert.That(told, Is.All.Matches<Prerequisite>(item => item!.IsOptional && item.Remedy is { } remedy && remedy.Contains("DELETE FROM entries", StringComparison.Ordinal)));
    }

    [Test]
    public async Task It_is_logged_once_for_each_version()
    {
        var log = new CountingLog();
        await using var state = new InMemoryStateStore(TimeProvider.System);
        var table = new ResourceTable<Widget>(state, "widgets", unreadable: new UnreadableDocuments(state, log));
        await BreakAsync(state, $"widgets/{Guid.CreateVersion7():D}");
        for (var i = 0; i < 3; i++) Assert.That(await table.ListAsync("default", default), Is.Empty);
        for (var i = 0; i < 3; i++) Assert.That(await table.ListAsync(null, default), Is.Empty);

        Assert.That(log.Errors, Is.EqualTo(1));
    }

    [Test]
    public async Task Watch_of_all_goes_on_behind_it()
    {
        await using var state = new InMemoryStateStore(TimeProvider.System);
        var table = new ResourceTable<Widget>(state, "widgets");
        await BreakAsync(state, $"widgets/{Guid.CreateVersion7():D}");
        var widget = new Widget { Id = Guid.CreateVersion7(), Project = "default", Name = "good", Format = LimiQuantix.Images.DiskFormat.Raw };
        await state.CommitOrThrowAsync(StateWrite.Combine(null, table.Insert(widget)), default);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        await foreach (var change in table.WatchAllAsync(deadline.Token))
        {
            Assert.That(change.Value!.Name, Is.EqualTo("good"));
            break;
        }
    }

    private static async Task BreakAsync(IStateStore state, string key)
    {
        List<StateIndex> indexes = [new() { Name = "project", Value = "default" }];
        var mutation = new StateMutation { Key = key, Value = """{"id":"""u8.ToArray(), Indexes = indexes };
        Assert.That((await state.CommitAsync(new StateTransaction { Mutations = [mutation] })).IsCommitted, Is.True);
    }

    private sealed class CountingLog : ILogger<UnreadableDocuments>
    {
        public int Errors { get; private set; }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error) Errors++;
        }
    }
}
