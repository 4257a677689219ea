using System.Collections.Concurrent;
using LibvirtSharp.Protocol;
using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests.Rpc;

/// <summary>Callers that do not give back the thread they are called back on, or that they call from.</summary>
internal sealed class BlockedCallersTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Caller_that_blocks_its_thread_holds_up_no_other_of_many_calls()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainGetAutostart, call => call.ReplyAsync(w => w.Int(1)));
        await using LibvirtConnection connection = await server.ConnectAsync();
        using var released = new ManualResetEventSlim();
        int answered = 0;
        Task[] callers = [.. Enumerable.Range(0, 400).Select(async i =>
        {
            for (int turn = 0; turn < 5; turn++)
            {
                await connection.Remote.DomainGetAutostartAsync(new DomainRef { Name = "x" }).ConfigureAwait(false);
                // Blocking is wrong, yet users do it; the others must go on.
                if (i % 200 == 0 && turn == 2)
                    released.Wait();
            }
            Interlocked.Increment(ref answered);
        })];
        for (DateTime end = DateTime.UtcNow + Patience; Volatile.Read(ref answered) < 398; await Task.Delay(5))
            Assert.That(DateTime.UtcNow, Is.LessThan(end), $"{answered} callers have all their answers.");
        released.Set();
        await Task.WhenAll(callers).WaitAsync(Patience);
    }

    [TestCase(1)]
    [TestCase(3)]
    public async Task Callers_that_block_hold_up_neither_answers_that_came_with_theirs_nor_what_others_send(int blockers)
    {
        await using var server = new FakeServer();
        ConcurrentQueue<FakeCall> held = server.Hold(RemoteProcedure.DomainGetAutostart);
        await using LibvirtConnection connection = await server.ConnectAsync();
        using var released = new ManualResetEventSlim();
        int blocked = 0;
        Task[] callers = [.. Enumerable.Range(0, 150).Select(async i =>
        {
            await connection.Remote.DomainGetAutostartAsync(new DomainRef { Name = "x" }).ConfigureAwait(false);
            if (i >= blockers)
                return;
            Interlocked.Increment(ref blocked);
            released.Wait();
        })];
        await Waiting.UntilAsync(() => Task.FromResult(held.Count == callers.Length));
        byte[][] answers = [.. held.Select(call => call.ReplyBytes(w => w.Int(1)))];
        try
        {
            for (int i = 0; i < blockers; i++)
            {
                // With the last one's comes another's.
                await server.Session.SendRawAsync(i < blockers - 1 ? answers[i] : [.. answers[i], .. answers[^1]]);
                await Waiting.UntilAsync(() => Task.FromResult(Volatile.Read(ref blocked) == i + 1));
            }
            await Task.WhenAll(callers[^1], connection.GetHostnameAsync()).WaitAsync(Patience);
            Assert.That(callers.Count(caller => caller.IsCompleted), Is.EqualTo(1));
        }
        finally
        {
            released.Set();
        }
        for (int i = blockers; i < answers.Length - 1; i++)
            await server.Session.SendRawAsync(answers[i]);
        await Task.WhenAll(callers).WaitAsync(Patience);
    }

    [Test]
    public async Task Callers_whose_synchronization_context_is_held_up_hold_up_no_other()
    {
        await using var server = new FakeServer();
        ConcurrentQueue<FakeCall> held = server.Hold(RemoteProcedure.DomainGetAutostart);
        await using LibvirtConnection connection = await server.ConnectAsync();
        Task[] calls = [];
        var caller = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new HeldUpSynchronizationContext());
            calls = [.. Enumerable.Range(0, 150).Select(_ => connection.Remote.DomainGetAutostartAsync(new DomainRef { Name = "x" }).AsTask())];
        });
        caller.Start();
        caller.Join();
        Assert.That(await connection.GetHostnameAsync().WaitAsync(Patience), Is.EqualTo("fake"));
        Assert.That(held, Has.Count.EqualTo(calls.Length));
        foreach (FakeCall call in held)
            await call.ReplyAsync(w => w.Int(1));
        await Task.WhenAll(calls).WaitAsync(Patience);
    }
}
