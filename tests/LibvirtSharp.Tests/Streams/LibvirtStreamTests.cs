using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests;

internal sealed class LibvirtStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Data_that_follows_the_reply_at_once_is_read_to_the_end()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainOpenConsole, async call =>
        {
            await call.Session.SendRawAsync((byte[])
            [
                .. call.ReplyBytes(),
                .. FakeSession.Message(call.StreamHeader, w => w.Raw("hello "u8)),
                .. FakeSession.Message(call.StreamHeader, w => w.Raw("world"u8)),
                .. FakeSession.Message(call.StreamHeader),
            ]);
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtStream stream = await Domain(connection).OpenConsoleAsync();
        using var reader = new StreamReader(stream);
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("hello world"));
    }

    [Test]
    public async Task Stream_is_opened_within_its_calls_deadline_when_the_server_is_frozen()
    {
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync();
        server.On(RemoteProcedure.AuthList, _ => Task.CompletedTask);
        Domain domain = Domain(connection).WithTimeout(TimeSpan.FromMilliseconds(100));
        LibvirtException error = await Failure.OfAsync(() => domain.OpenConsoleAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.OperationTimeout));
    }

    [Test]
    public async Task Upload_is_not_read_by_any_member()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.StorageVolUpload, call => call.ReplyAsync());
        await using LibvirtConnection connection = await server.ConnectAsync();
        var volume = new StorageVolume(connection, new StorageVolRef { Pool = "p", Name = "v", Key = "k" });
        await using LibvirtStream upload = await volume.OpenUploadAsync();
        await using LibvirtStream raw = await connection.Remote.StorageVolUploadAsync(volume.Ref, 0, 0, 0);
        foreach (LibvirtStream stream in (LibvirtStream[])[upload, raw])
        {
            Func<Task>[] reads =
            [
                () => stream.ReadAsync(new byte[1]).AsTask(), () => stream.ReadAsync(new byte[1], 0, 1), () => stream.ReadSparseAsync(new byte[1]).AsTask(),
                () => stream.CopyToAsync(Stream.Null), () => stream.ReadExactlyAsync(new byte[1]).AsTask(),
            ];
            foreach (Func<Task> read in reads)
                await Assert.ThrowsAsync<NotSupportedException>(() => read().WaitAsync(Patience));
        }
    }

    [Test]
    public async Task Screenshot_is_not_written()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainScreenshot, call => call.ReplyAsync(w => w.Optional(false)));
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using DomainScreenshot screenshot = await Domain(connection).ScreenshotAsync();
        Assert.That(screenshot.Stream.CanWrite, Is.False);
        await Assert.ThrowsAsync<NotSupportedException>(() => screenshot.Stream.WriteAsync(new byte[1]).AsTask());
    }

    [TestCase(null, 0, 0)]
    [TestCase(4, -1, 1)]
    [TestCase(4, 0, 5)]
    [TestCase(4, 3, 2)]
    [TestCase(4, 0, -1)]
    public async Task Part_of_an_array_that_is_none_is_refused_as_of_any_stream(int? length, int offset, int count)
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainOpenConsole, call => call.ReplyAsync());
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtStream stream = await Domain(connection).OpenConsoleAsync();
        byte[] buffer = length is { } bytes ? new byte[bytes] : null!;
        Type expected = length is null ? typeof(ArgumentNullException) : typeof(ArgumentOutOfRangeException);
        Assert.That(() => stream.ReadAsync(buffer, offset, count), Throws.TypeOf(expected));
        Assert.That(() => stream.WriteAsync(buffer, offset, count), Throws.TypeOf(expected));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(4097)]
    public async Task Stream_arrives_whole_through_a_buffer_of_any_size(int size)
    {
        byte[] sent = [.. Enumerable.Range(0, 10_000).Select(i => (byte)i)];
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainOpenConsole, async call =>
        {
            await call.ReplyAsync();
            foreach (byte[] part in sent.Chunk(1000))
                await call.Session.SendRawAsync(FakeSession.Message(call.StreamHeader, w => w.Raw(part)));
            await call.Session.SendRawAsync(FakeSession.Message(call.StreamHeader));
        });
        await using LibvirtConnection connection = await server.ConnectAsync(options => options.StreamBufferBytes = size);
        await using LibvirtStream stream = await Domain(connection).OpenConsoleAsync();
        using var received = new MemoryStream();
        byte[] buffer = new byte[size];
        while (await stream.ReadAsync(buffer) is > 0 and int count)
            received.Write(buffer, 0, count);
        Assert.That(received.ToArray(), Is.EqualTo(sent));
        Assert.That(await stream.ReadAsync(Array.Empty<byte>()), Is.Zero);
    }

    [Test]
    public async Task Hole_is_refused_and_nothing_lost_when_the_upload_is_not_sparse()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.StorageVolUpload, call => call.ReplyAsync());
        await using LibvirtConnection connection = await server.ConnectAsync();
        var volume = new StorageVolume(connection, new StorageVolRef { Pool = "p", Name = "v", Key = "k" });
        await using LibvirtStream plain = await volume.OpenUploadAsync();
        Assert.That(() => plain.WriteHoleAsync(512), Throws.InvalidOperationException.With.Message.Contains("SparseStream"));
        await plain.WriteAsync(new byte[512]);
        await using LibvirtStream sparse = await volume.OpenUploadAsync(flags: StorageVolUploadFlags.SparseStream);
        await sparse.WriteHoleAsync(512);
    }

    [Test]
    public async Task Transfer_goes_one_way_and_what_cannot_be_its_other_end_is_refused_before_it_begins()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.StorageVolUpload, call => call.ReplyAsync());
        server.On(RemoteProcedure.StorageVolDownload, call => call.ReplyAsync());
        await using LibvirtConnection connection = await server.ConnectAsync();
        var volume = new StorageVolume(connection, new StorageVolRef { Pool = "p", Name = "v", Key = "k" });
        await using LibvirtStream upload = await volume.OpenUploadAsync();
        await using LibvirtStream download = await volume.OpenDownloadAsync();
        Assert.That((upload.CanRead, upload.CanWrite, download.CanRead, download.CanWrite), Is.EqualTo((false, true, true, false)));
        Assert.That(async () => await download.WriteAsync(new byte[5]), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => volume.UploadAsync(upload), Throws.ArgumentException.With.Property("ParamName").EqualTo("source"));
        Assert.That(() => volume.DownloadAsync(download), Throws.ArgumentException.With.Property("ParamName").EqualTo("destination"));
        Assert.That(server.Accepted, Is.EqualTo(3), "the connection and one for each stream");
    }

    [Test]
    public async Task Slow_reader_holds_the_server_back_and_no_call()
    {
        await using var server = new FakeServer();
        long sent = 0;
        using var stop = new CancellationTokenSource();
        server.On(RemoteProcedure.DomainOpenConsole, async call =>
        {
            await call.ReplyAsync();
            byte[] block = new byte[64 * 1024];
            while (!stop.IsCancellationRequested)
            {
                await call.StreamAsync(block);
                Interlocked.Add(ref sent, block.Length);
            }
        });
        await using LibvirtConnection connection = await server.ConnectAsync(options => options.StreamBufferBytes = 256 * 1024);
        await using LibvirtStream stream = await Domain(connection).OpenConsoleAsync();
        long last = -1;
        await Waiting.UntilAsync(async () =>
        {
            await Task.Delay(200);
            return last == (last = Interlocked.Read(ref sent)) && last > 256 * 1024;
        });
        Assert.That(last, Is.LessThan(8 * 1024 * 1024));
        Assert.That(await connection.GetHostnameAsync(), Is.EqualTo("fake"));
        Assert.That(await stream.ReadAsync(new byte[1024 * 1024]), Is.GreaterThan(0));
        await stop.CancelAsync();
    }

    [Test]
    public async Task Written_data_and_its_end_arrive_and_the_end_is_confirmed()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainOpenConsole, call => call.ReplyAsync());
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtStream stream = await Domain(connection).OpenConsoleAsync();
        byte[] data = new byte[600_000];
        Random.Shared.NextBytes(data);
        await stream.WriteAsync(data);
        Task finishing = stream.FinishAsync();
        FakeSession session = server.Session;
        await Waiting.UntilAsync(() => Task.FromResult(session.StreamMessages.Any(message => message.Header.Status == MessageStatus.Ok)));
        Assert.That(finishing.IsCompleted, Is.False);
        MessageHeader header = session.StreamMessages.First().Header;
        await session.SendAsync(header with { Status = MessageStatus.Ok });
        await finishing.WaitAsync(Patience);
        (MessageHeader Header, byte[] Payload)[] messages = [.. session.StreamMessages];
        Assert.That(messages[..^1].SelectMany(message => message.Payload), Is.EqualTo(data));
        Assert.That(messages[..^1], Has.All.Matches<(MessageHeader Header, byte[] Payload)>(message => message.Payload.Length <= MessageHeader.StreamPayload));
    }

    [Test]
    public async Task Servers_error_fails_reader_writer_and_end()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainOpenConsole, async call =>
        {
            await call.ReplyAsync();
            await call.Session.SendAsync(call.StreamHeader with { Status = MessageStatus.Error }, FakeCall.Error(LibvirtErrorCode.OperationFailed, "disk full"));
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtStream stream = await Domain(connection).OpenConsoleAsync();
        LibvirtException read = await Failure.OfAsync(() => stream.ReadAsync(new byte[10]).AsTask());
        LibvirtException write = await Failure.OfAsync(() => stream.WriteAsync(new byte[10]).AsTask());
        LibvirtException finish = await Failure.OfAsync(() => stream.FinishAsync());
        Assert.That(new[] { read.Message, write.Message, finish.Message }, Has.All.EqualTo("disk full"));
    }

    [Test]
    public async Task Holes_are_read_as_holes_or_as_zeros()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.StorageVolDownload, async call =>
        {
            await call.ReplyAsync();
            await call.StreamAsync("ab"u8.ToArray());
            await call.Session.SendAsync(call.StreamHeader with { Type = MessageType.StreamHole }, w => { w.Hyper(5); w.UInt(0); });
            await call.StreamAsync("c"u8.ToArray());
            await call.StreamAsync(default);
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        var volume = new StorageVolume(connection, new StorageVolRef { Pool = "p", Name = "v", Key = "k" });
        byte[] buffer = new byte[100];
        await using (LibvirtStream sparse = await volume.OpenDownloadAsync())
        {
            Assert.That(await sparse.ReadSparseAsync(buffer), Is.EqualTo(new SparseRead(2, 0)));
            Assert.That(await sparse.ReadSparseAsync(buffer), Is.EqualTo(new SparseRead(0, 5)));
            Assert.That(await sparse.ReadSparseAsync(buffer), Is.EqualTo(new SparseRead(1, 0)));
            Assert.That(await sparse.ReadSparseAsync(buffer), Is.EqualTo(default(SparseRead)));
        }
        await using LibvirtStream plain = await volume.OpenDownloadAsync();
        using var whole = new MemoryStream();
        await plain.CopyToAsync(whole);
        Assert.That(whole.ToArray(), Is.EqualTo("ab\0\0\0\0\0c"u8.ToArray()));
    }

    [Test]
    public async Task Lost_connection_fails_a_waiting_reader()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainOpenConsole, call => call.ReplyAsync());
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtStream stream = await Domain(connection).OpenConsoleAsync();
        Task<int> reading = stream.ReadAsync(new byte[10]).AsTask();
        server.Session.Close();
        LibvirtException error = await Failure.OfAsync(() => reading);
        Assert.That(error.IsConnectionLost, Is.True);
        Assert.That(await connection.GetHostnameAsync(), Is.EqualTo("fake"));
    }

    [Test]
    public async Task Disposed_or_aborted_stream_is_no_end_to_its_reader([Values] bool abort)
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainOpenConsole, async call =>
        {
            await call.ReplyAsync();
            await call.StreamAsync("begun"u8.ToArray());
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtStream stream = await Domain(connection).OpenConsoleAsync();
        using var target = new MemoryStream();
        Task copying = stream.CopyToAsync(target);
        await Waiting.UntilAsync(() => Task.FromResult(target.Length == 5));
        FakeSession session = server.Session;
        if (abort)
        {
            await stream.AbortAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(() => stream.FinishAsync());
            await Waiting.UntilAsync(() => Task.FromResult(session.StreamMessages.Any(message => message.Header.Status == MessageStatus.Error)));
        }
        else
        {
            await stream.DisposeAsync();
        }
        LibvirtException error = await Failure.OfAsync(() => copying.WaitAsync(Patience));
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.OperationAborted));
    }

    [Test]
    public async Task Stream_that_is_finished_unread_ends_and_its_reader_learns_what_is_lost()
    {
        await using var server = new FakeServer();
        const int Blocks = 64;
        server.On(RemoteProcedure.DomainOpenConsole, async call =>
        {
            await call.ReplyAsync();
            for (int i = 0; i < Blocks; i++)
                await call.StreamAsync(new byte[64 * 1024]);
        });
        await using LibvirtConnection connection = await server.ConnectAsync(options => options.StreamBufferBytes = 256 * 1024);
        await using LibvirtStream stream = await Domain(connection).OpenConsoleAsync();
        FakeSession session = server.Session;
        Task finishing = stream.FinishAsync();
        // The server hears of the end when it has sent everything, which it only can if nobody waits for a reader.
        await Waiting.UntilAsync(() => Task.FromResult(session.StreamMessages.Any(message => message.Header.Status == MessageStatus.Ok)));
        await session.SendAsync(session.StreamMessages.First().Header with { Status = MessageStatus.Ok });
        await finishing.WaitAsync(Patience);
        using var rest = new MemoryStream();
        LibvirtException lost = await Failure.OfAsync(() => stream.CopyToAsync(rest));
        Assert.That(lost.Message, Does.Contain("lost"));
        Assert.That(rest.Length, Is.GreaterThan(0).And.LessThan(Blocks * 64 * 1024));
    }

    [Test]
    public async Task Refused_stream_leaves_no_connection_behind()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainOpenConsole, call => call.FailAsync(LibvirtErrorCode.OperationInvalid, "not running"));
        await using LibvirtConnection connection = await server.ConnectAsync();
        LibvirtException error = await Failure.OfAsync(() => Domain(connection).OpenConsoleAsync());
        Assert.That(error.Message, Is.EqualTo("not running"));
        Assert.That(server.Accepted, Is.EqualTo(2));
        await server.Session.Ended.WaitAsync(Patience);
    }

    private static Domain Domain(LibvirtConnection connection) => new(connection, new DomainRef { Name = "d", Id = 1 });
}
