using System.Buffers.Binary;
using System.Collections.Concurrent;
using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using LibvirtSharp.Tests.Support;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Tests.Rpc;

internal sealed class RpcChannelTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Reply_is_read_when_it_comes_byte_by_byte()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.ConnectGetHostname, async call =>
        {
            foreach (byte next in call.ReplyBytes(w => w.String("slow", 100)))
            {
                await call.Session.SendRawAsync(new[] { next });
                await Task.Yield();
            }
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        Assert.That(await connection.GetHostnameAsync(), Is.EqualTo("slow"));
    }

    [Test]
    public async Task Replies_in_another_order_find_their_calls()
    {
        await using var server = new FakeServer();
        var held = new List<FakeCall>();
        server.On(RemoteProcedure.DomainGetAutostart, async call =>
        {
            held.Add(call);
            if (held.Count < 3)
                return;
            foreach (FakeCall each in held.AsEnumerable().Reverse())
                await each.ReplyAsync(w => w.Int((int)each.Header.Serial));
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        int[] answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => connection.Remote.DomainGetAutostartAsync(new DomainRef { Name = "x" }).AsTask()));
        Assert.That(answers, Is.Ordered.Ascending.And.Unique);
    }

    [Test]
    public async Task Error_reply_is_an_exception_with_all_its_parts()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.ConnectGetHostname, call => call.FailAsync(LibvirtErrorCode.OperationTimeout, "cannot acquire state change lock"));
        await using LibvirtConnection connection = await server.ConnectAsync();
        LibvirtException error = await Failure.OfAsync(() => connection.GetHostnameAsync());
        Assert.Multiple(() =>
        {
            Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.OperationTimeout));
            Assert.That(error.Domain, Is.EqualTo(LibvirtErrorDomain.Qemu));
            Assert.That(error.Level, Is.EqualTo(LibvirtErrorLevel.Error));
            Assert.That(error.Message, Is.EqualTo("cannot acquire state change lock"));
            Assert.That(error.Procedure, Is.EqualTo("ConnectGetHostname"));
            Assert.That(error.IsTransient, Is.True);
            Assert.That(error.IsConnectionLost, Is.False);
        });
        await connection.Remote.ConnectOpenAsync(null, 0); // the connection goes on
    }

    private static IEnumerable<TestCaseData> BadMessages()
    {
        static byte[] WithLength(uint length)
        {
            byte[] bytes = new byte[64];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, length);
            return bytes;
        }

        yield return new TestCaseData((Func<FakeCall, byte[]>)(_ => WithLength(uint.MaxValue))).SetArgDisplayNames("huge length");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(_ => WithLength(4))).SetArgDisplayNames("length below the header's");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(_ => "HTTP/1.1 400 Bad Request\r\n\r\nand more text than a header has"u8.ToArray())).SetArgDisplayNames("garbage");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(c => FakeSession.Message(c.ReplyHeader with { Serial = 4711 }))).SetArgDisplayNames("unknown serial");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(c => FakeSession.Message(c.ReplyHeader with { Program = 0xbad }))).SetArgDisplayNames("unknown program");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(c => FakeSession.Message(c.ReplyHeader with { Version = 2 }))).SetArgDisplayNames("unknown version");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(c => FakeSession.Message(c.ReplyHeader with { Type = (MessageType)9 }))).SetArgDisplayNames("unknown type");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(c => FakeSession.Message(c.ReplyHeader with { Status = (MessageStatus)7 }))).SetArgDisplayNames("unknown status");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(c => FakeSession.Message(c.ReplyHeader with { Procedure = 5 }))).SetArgDisplayNames("another procedure's reply");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(c => c.ReplyBytes())).SetArgDisplayNames("missing result");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(c => c.ReplyBytes(w => { w.String("a", 9); w.Int(1); }))).SetArgDisplayNames("too much result");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(c => c.ReplyBytes(w => w.UInt(4194304)))).SetArgDisplayNames("string longer than the message");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(c => c.ReplyBytes(w => w.UInt(4194305)))).SetArgDisplayNames("string over the limit");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(c => FakeSession.Message(c.StreamHeader with { Serial = 4711 }))).SetArgDisplayNames("stream of no call");
        yield return new TestCaseData((Func<FakeCall, byte[]>)(c => FakeSession.Message(c.Header with { Program = Programs.KeepAlive }))).SetArgDisplayNames("keepalive that is none");
    }

    [TestCaseSource(nameof(BadMessages))]
    public async Task Bad_message_ends_the_connection_with_a_clear_error(Func<FakeCall, byte[]> bad)
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.ConnectGetHostname, call => call.Session.SendRawAsync(bad(call)));
        await using LibvirtConnection connection = await server.ConnectAsync();
        LibvirtException error = await Failure.OfAsync(() => connection.GetHostnameAsync());
        LibvirtException reason = await connection.Closed.WaitAsync(Patience);
        LibvirtException later = await Failure.OfAsync(() => connection.GetHostnameAsync());
        Assert.Multiple(() =>
        {
            Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.Rpc), error.Message);
            Assert.That(reason.Code, Is.EqualTo(LibvirtErrorCode.Rpc), reason.Message);
            Assert.That(reason.Message, Does.StartWith("The server"));
            Assert.That(later.IsConnectionLost, Is.True);
        });
    }

    [Test]
    public async Task Server_that_closes_in_the_middle_of_a_reply_fails_all_calls()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.ConnectGetHostname, async call =>
        {
            await call.Session.SendRawAsync(call.ReplyBytes(w => w.String("never whole", 100)).AsMemory(0, 30));
            call.Session.Close();
        });
        server.On(RemoteProcedure.ConnectGetType, _ => Task.CompletedTask);
        await using LibvirtConnection connection = await server.ConnectAsync();
        Task waiting = connection.GetDriverTypeAsync();
        LibvirtException error = await Failure.OfAsync(() => connection.GetHostnameAsync());
        LibvirtException other = await Failure.OfAsync(() => waiting);
        Assert.Multiple(() =>
        {
            Assert.That(error.IsConnectionLost && error.IsTransient, Is.True);
            Assert.That(error.Message, Does.Contain("middle of a message"));
            Assert.That(other.IsConnectionLost, Is.True);
            Assert.That(other.Procedure, Is.EqualTo("ConnectGetType"));
        });
    }

    [Test]
    public async Task Deadline_ends_a_call_and_its_late_reply_is_dropped()
    {
        await using var server = new FakeServer();
        var held = new TaskCompletionSource<FakeCall>();
        server.On(RemoteProcedure.ConnectGetType, call =>
        {
            held.SetResult(call);
            return Task.CompletedTask;
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        LibvirtException error = await Failure.OfAsync(() => connection.WithTimeout(TimeSpan.FromMilliseconds(50)).GetDriverTypeAsync());
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.OperationTimeout));
        Assert.That(error.IsTransient, Is.True);
        await (await held.Task.WaitAsync(Patience)).ReplyAsync(w => w.String("late", 100));
        Assert.That(await connection.GetHostnameAsync(), Is.EqualTo("fake"));
    }

    [Test]
    public async Task Cancelled_call_gives_up_the_wait_and_the_connection_goes_on()
    {
        await using var server = new FakeServer();
        var held = new TaskCompletionSource<FakeCall>();
        server.On(RemoteProcedure.ConnectGetType, call =>
        {
            held.SetResult(call);
            return Task.CompletedTask;
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task<string> call = connection.GetDriverTypeAsync(cancellation.Token);
        FakeCall got = await held.Task.WaitAsync(Patience);
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => call);
        await got.ReplyAsync(w => w.String("late", 100));
        Assert.That(await connection.GetHostnameAsync(), Is.EqualTo("fake"));
    }

    [Test]
    public async Task Transport_that_cannot_be_closed_keeps_no_caller_waiting()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.ConnectGetType, call =>
        {
            call.Session.Close();
            return Task.CompletedTask;
        });
        await using LibvirtConnection connection = await server.ConnectAsync(options =>
        {
            options.Transport = new UnclosableTransport();
            options.CallTimeout = Timeout.InfiniteTimeSpan;
        });
        LibvirtException error = await Failure.OfAsync(() => connection.GetDriverTypeAsync().WaitAsync(Patience));
        Assert.That(error.IsConnectionLost, Is.True);
        await connection.Closed.WaitAsync(Patience);
    }

    [Test]
    public async Task Call_while_the_connection_is_down_fails_with_its_own_name()
    {
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync();
        server.DropAll();
        await connection.Closed.WaitAsync(Patience);
        LibvirtException error = await Failure.OfAsync(() => connection.GetHostnameAsync());
        LibvirtException typed = await Failure.OfAsync(() => connection.GetSevInfoAsync());
        Assert.That((error.Procedure, typed.Procedure), Is.EqualTo(("ConnectGetHostname", "NodeGetSevInfo")));
    }

    [Test]
    public async Task Statistics_of_any_number_of_domains_take_four_calls_at_a_time()
    {
        await using var server = new FakeServer();
        var held = new ConcurrentQueue<FakeCall>();
        bool answering = false;
        server.On(RemoteProcedure.ConnectListAllDomains, call => call.ReplyAsync(w =>
        {
            w.UInt(6000);
            for (int i = 0; i < 6000; i++)
                new DomainRef { Name = "x", Uuid = Guid.Empty, Id = i }.Write(w);
            w.UInt(6000);
        }));
        server.On(RemoteProcedure.ConnectGetAllDomainStats, call =>
        {
            held.Enqueue(call);
            return Volatile.Read(ref answering) ? call.ReplyAsync(w => w.UInt(0)) : Task.CompletedTask;
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        Task<IReadOnlyList<DomainStatistics>> statistics = connection.GetAllDomainStatisticsAsync();
        await Waiting.UntilAsync(() => Task.FromResult(held.Count >= 4));
        await connection.GetHostnameAsync(); // a fifth would have come before it
        FakeCall[] first = [.. held];
        Assert.That(first, Has.Length.EqualTo(4));
        Volatile.Write(ref answering, true);
        foreach (FakeCall call in first)
            await call.ReplyAsync(w => w.UInt(0));
        await statistics.WaitAsync(Patience);
        Assert.That(held, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task Many_calls_at_once_are_each_answered_once_when_replies_come_in_any_pieces()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainLookupByName, async call =>
        {
            // A reply as long as its call says: from a few bytes to more than a buffer.
            string asked = new XdrReader(call.Payload).String(1000);
            await call.ReplyAsync(w =>
            {
                w.String(new string('n', int.Parse(asked, System.Globalization.CultureInfo.InvariantCulture)), 1 << 20);
                w.Uuid(Guid.Empty);
                w.Int(1);
            });
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        int[] lengths = [.. Enumerable.Range(0, 1500).Select(i => i % 100 == 0 ? 90_000 + i : i % 37)];
        DomainRef[] answers = await Task.WhenAll(lengths.Select(length =>
            connection.Remote.DomainLookupByNameAsync(length.ToString(System.Globalization.CultureInfo.InvariantCulture)).AsTask())).WaitAsync(Patience);
        Assert.That(answers.Select(answer => answer.Name.Length), Is.EqualTo(lengths));
    }

    [Test]
    public async Task Argument_over_the_protocols_limit_is_refused_before_it_is_sent()
    {
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => connection.LookupDomainByNameAsync(new string('x', 4194305)));
        await Assert.ThrowsAsync<ArgumentException>(() => connection.LookupDomainByNameAsync("nul\0name"));
        Assert.That(await connection.GetHostnameAsync(), Is.EqualTo("fake"));
    }

    [Test]
    public async Task Large_reply_up_to_the_limit_is_read()
    {
        await using var server = new FakeServer();
        string text = new('y', 4194304);
        server.On(RemoteProcedure.ConnectGetHostname, call => call.ReplyAsync(w => w.String(text, text.Length)));
        await using LibvirtConnection connection = await server.ConnectAsync();
        Assert.That(await connection.GetHostnameAsync(), Is.EqualTo(text));
        Assert.That(await connection.GetHostnameAsync(), Has.Length.EqualTo(text.Length));
    }

    [Test]
    public async Task Disposed_connection_refuses_calls()
    {
        await using var server = new FakeServer();
        LibvirtConnection connection = await server.ConnectAsync();
        await connection.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => connection.GetHostnameAsync());
        Assert.That(connection.Closed.IsCompleted, Is.True);
        await connection.DisposeAsync();
    }
}
