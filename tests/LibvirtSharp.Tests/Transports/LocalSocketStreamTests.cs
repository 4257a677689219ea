using System.Net.Sockets;
using LibvirtSharp.Transports;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Transports;

internal sealed class LocalSocketStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Bytes_go_both_ways_whole_and_in_order_when_they_are_more_than_the_socket_holds()
    {
        (LocalSocketStream near, LocalSocketStream far) = await PairAsync();
        await using (near)
        await using (far)
        {
            byte[] there = Bytes(8 << 20, 1), back = Bytes(8 << 20, 2);
            byte[] cameThere = new byte[there.Length], cameBack = new byte[back.Length];
            await Task.WhenAll(
                near.WriteAsync(there).AsTask(), far.WriteAsync(back).AsTask(),
                far.ReadExactlyAsync(cameThere).AsTask(), near.ReadExactlyAsync(cameBack).AsTask()).WaitAsync(Patience);
            Assert.That(cameThere.AsSpan().SequenceEqual(there), Is.True);
            Assert.That(cameBack.AsSpan().SequenceEqual(back), Is.True);
        }
    }

    [Test]
    public async Task Read_and_write_that_begin_together_both_find_a_thread([Range(1, 20)] int turn)
    {
        (LocalSocketStream near, LocalSocketStream far) = await PairAsync();
        await using (near)
        await using (far)
        {
            byte[] question = Bytes(4 << 20, turn), asked = new byte[question.Length], answer = new byte[1];
            Task sending = near.WriteAsync(question).AsTask();
            Task<int> reading = near.ReadAsync(answer).AsTask();
            // The answer comes when the whole question has.
            await far.ReadExactlyAsync(asked).AsTask().WaitAsync(Patience);
            await far.WriteAsync(new byte[1]);
            Assert.That(await reading.WaitAsync(Patience), Is.EqualTo(1));
            await sending.WaitAsync(Patience);
            Assert.That(asked.AsSpan().SequenceEqual(question), Is.True);
        }
    }

    [Test]
    public async Task Many_short_messages_back_and_forth_arrive_in_order()
    {
        (LocalSocketStream near, LocalSocketStream far) = await PairAsync();
        await using (near)
        await using (far)
        {
            Task echo = far.CopyToAsync(far);
            var random = new Random(7);
            for (int i = 0; i < 2000; i++)
            {
                byte[] message = Bytes(random.Next(1, 300), i), answer = new byte[message.Length];
                await near.WriteAsync(message);
                await near.ReadExactlyAsync(answer).AsTask().WaitAsync(Patience);
                Assert.That(answer.AsSpan().SequenceEqual(message), Is.True);
            }
            await near.DisposeAsync();
            await echo.WaitAsync(Patience);
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Read_that_is_not_urgent_gets_what_came_meanwhile(bool gather)
    {
        (LocalSocketStream near, LocalSocketStream far) = await PairAsync();
        await using (near)
        await using (far)
        {
            await far.WriteAsync(new byte[10]);
            byte[] buffer = new byte[100];
            int count = await near.ReadLaterAsync(buffer, gather).AsTask().WaitAsync(Patience);
            Assert.That(count, Is.EqualTo(10));
            Task<int> waiting = near.ReadLaterAsync(buffer, gather).AsTask();
            await far.WriteAsync(new byte[20]);
            Assert.That(await waiting.WaitAsync(Patience), Is.EqualTo(20));
        }
    }

    [Test]
    public async Task Reader_that_blocks_its_thread_holds_up_neither_reads_nor_writes()
    {
        (LocalSocketStream near, LocalSocketStream far) = await PairAsync();
        await using (near)
        await using (far)
        {
            using var released = new ManualResetEventSlim();
            var blocked = new List<Task>();
            for (int i = 0; i < 3; i++)
            {
                // The code after the await runs on the thread that received, and stays there.
                blocked.Add(BlockAfterAsync(near.ReadAsync(new byte[1]), near, released));
                await far.WriteAsync(new byte[1]);
                await WaitUntilAsync(() => blocked[^1].IsCompleted || s_blocking == i + 1);
            }
            Task<int> next = near.ReadAsync(new byte[1]).AsTask();
            Task sending = near.WriteAsync(new byte[4 << 20]).AsTask();
            await far.WriteAsync(new byte[1]);
            Assert.That(await next.WaitAsync(Patience), Is.EqualTo(1));
            await far.ReadExactlyAsync(new byte[4 << 20]).AsTask().WaitAsync(Patience);
            await sending.WaitAsync(Patience);
            released.Set();
            await Task.WhenAll(blocked).WaitAsync(Patience);
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Read_that_a_thread_left_to_itself_is_taken_by_another_when_it_blocks(bool onceHeldUp)
    {
        (LocalSocketStream near, LocalSocketStream far) = await PairAsync();
        await using (near)
        await using (far)
        {
            using var released = new ManualResetEventSlim();
            var blocked = new List<Task>();
            for (int i = 0; i < 2; i++)
            {
                var next = new TaskCompletionSource<Task<int>>(TaskCreationOptions.RunContinuationsAsynchronously);
                blocked.Add(ReadOnAndBlockAsync(next));
                await far.WriteAsync(new byte[1]);
                Task<int> read = await next.Task.WaitAsync(Patience);
                await far.WriteAsync(new byte[1]);
                Assert.That(await read.WaitAsync(Patience), Is.EqualTo(1));
            }
            released.Set();
            await Task.WhenAll(blocked).WaitAsync(Patience);

            async Task ReadOnAndBlockAsync(TaskCompletionSource<Task<int>> next)
            {
                await near.ReadAsync(new byte[1]).ConfigureAwait(false);
                next.SetResult(near.ReadAsync(new byte[1]).AsTask());
                if (onceHeldUp)
                    near.CoverIfHeldUp();
                else
                    near.Cover();
                released.Wait();
            }
        }
    }

    [Test]
    public async Task Write_that_waits_does_not_take_the_thread_that_looks_after_a_reader_that_blocks([Range(1, 10)] int turn)
    {
        (LocalSocketStream near, LocalSocketStream far) = await PairAsync();
        await using (near)
        await using (far)
        {
            using var released = new ManualResetEventSlim();
            var blocking = new TaskCompletionSource<Task<int>>(TaskCreationOptions.RunContinuationsAsynchronously);
            int reads = 30 + turn;
            Task receiving = ReceiveAsync();
            await far.WriteAsync(new byte[reads]);
            Task<int> last = await blocking.Task.WaitAsync(Patience);
            Task sending = near.WriteAsync(new byte[4 << 20]).AsTask();
            await far.WriteAsync(new byte[1]);
            Assert.That(await last.WaitAsync(Patience), Is.EqualTo(1));
            Assert.That(sending.IsCompleted, Is.False);
            await far.ReadExactlyAsync(new byte[4 << 20]).AsTask().WaitAsync(Patience);
            await sending.WaitAsync(Patience);
            released.Set();
            await receiving.WaitAsync(Patience);

            async Task ReceiveAsync()
            {
                Task<int> next = near.ReadAsync(new byte[1]).AsTask();
                for (int i = 0; i < reads; i++)
                {
                    await next.ConfigureAwait(false);
                    next = near.ReadLaterAsync(new byte[1], gather: false).AsTask();
                    near.CoverIfHeldUp();
                }
                blocking.SetResult(next);
                released.Wait();
            }
        }
    }

    [Test]
    public async Task Other_sides_end_is_the_end_of_reading()
    {
        (LocalSocketStream near, LocalSocketStream far) = await PairAsync();
        await using (near)
        {
            Task<int> waiting = near.ReadAsync(new byte[1]).AsTask();
            await far.DisposeAsync();
            Assert.That(await waiting.WaitAsync(Patience), Is.Zero);
        }
    }

    [Test]
    public async Task Disposal_ends_what_waits_and_refuses_what_comes()
    {
        (LocalSocketStream near, LocalSocketStream far) = await PairAsync();
        await using (far)
        {
            Task<int> reading = near.ReadAsync(new byte[1]).AsTask();
            Task writing = near.WriteAsync(new byte[4 << 20]).AsTask();
            await near.DisposeAsync();
            await Task.WhenAny(Task.WhenAll(Ended(reading), Ended(writing)), Task.Delay(Patience));
            Assert.That(reading.IsCompleted && writing.IsCompleted, Is.True);
            Assert.That(reading is { IsFaulted: true } || await reading == 0, Is.True);
            Assert.That(writing.Exception?.InnerException, Is.InstanceOf<SocketException>().Or.InstanceOf<ObjectDisposedException>());
            await Assert.ThatAsync(async () => await near.ReadAsync(new byte[1]), Throws.InstanceOf<ObjectDisposedException>());
            await Assert.ThatAsync(async () => await near.WriteAsync(new byte[1]), Throws.InstanceOf<ObjectDisposedException>());
        }
    }

    [Test]
    public async Task Reads_and_writes_that_meet_a_disposal_end()
    {
        for (int i = 0; i < 300; i++)
        {
            (LocalSocketStream near, LocalSocketStream far) = await PairAsync();
            await using (far)
            {
                int turns = i;
                Task reading = Task.Run(async () => await UntilRefusedAsync(() => near.ReadAsync(new byte[1]).AsTask()));
                Task writing = Task.Run(async () => await UntilRefusedAsync(() => near.WriteAsync(new byte[1 << 16]).AsTask()));
                await far.WriteAsync(new byte[turns * 10]);
                await near.DisposeAsync();
                await Task.WhenAll(reading, writing).WaitAsync(Patience);
            }
        }
    }

    private static int s_blocking;

    [SetUp]
    public void NobodyBlocks() => s_blocking = 0;

    private static async Task BlockAfterAsync(ValueTask<int> read, LocalSocketStream stream, ManualResetEventSlim released)
    {
        await read.ConfigureAwait(false);
        // As the receiving loop does before it lets others run.
        stream.Cover();
        Interlocked.Increment(ref s_blocking);
        released.Wait();
    }

    private static async Task UntilRefusedAsync(Func<Task> operation)
    {
        try
        {
            while (true)
                await operation();
        }
        catch (Exception error) when (error is ObjectDisposedException or SocketException)
        {
        }
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        for (DateTime end = DateTime.UtcNow + Patience; !condition(); await Task.Delay(5))
            Assert.That(DateTime.UtcNow, Is.LessThan(end));
    }

    private static Task Ended(Task task) => task.ContinueWith(static _ => { }, TaskScheduler.Default);

    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task<(LocalSocketStream Near, LocalSocketStream Far)> PairAsync()
    {
        await using var folder = new TemporaryFolder();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(folder.Combine("s")));
        listener.Listen();
        Socket near = await UnixTransport.ConnectAsync(folder.Combine("s"), CancellationToken.None);
        return (new LocalSocketStream(near), new LocalSocketStream(await listener.AcceptAsync()));
    }
}
