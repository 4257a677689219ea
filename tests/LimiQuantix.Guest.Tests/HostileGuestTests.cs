using Google.Protobuf;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Tests.Support;
using LimiQuantix.Guest.Wire;
using LimiQuantix.Testing;

namespace LimiQuantix.Guest.Tests;

/// <summary>A guest that lies: nothing of this machine is touched, filled or stopped by it.</summary>
public sealed class HostileGuestTests
{
    [TestCase("Data")]
    [TestCase("Close")]
    [TestCase("Message")]
    public async Task Frame_of_a_stream_that_nobody_opened_ends_the_session(string type)
    {
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync();
        using (agent)
        {
            await agent.SendAsync(Enum.Parse<FrameType>(type), 0, 77, []);
            Assert.That((await session.Ended).Code, Is.EqualTo(GuestErrorCode.ProtocolViolation));
        }

        await session.DisposeAsync();
    }

    [Test]
    public async Task Frame_of_another_session_ends_the_session()
    {
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync();
        using (agent)
        {
            await agent.SendAsync(FrameHeader.Frame(FrameType.Pong, 0, agent.Tag + 1, 0, new byte[8]));
            GuestException error = await session.Ended;
            Assert.That(error.Code, Is.EqualTo(GuestErrorCode.ProtocolViolation));
            Assert.That(error.Message, Does.Contain("another session"));
        }

        await session.DisposeAsync();
    }

    [Test]
    public async Task Damaged_frame_ends_the_session()
    {
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync();
        using (agent)
        {
            byte[] frame = FrameHeader.Frame(FrameType.Pong, 0, agent.Tag, 0, new byte[8]);
            frame[^1] ^= 1;
            await agent.SendAsync(frame);
            Assert.That((await session.Ended).Code, Is.EqualTo(GuestErrorCode.ProtocolViolation));
        }

        await session.DisposeAsync();
    }

    [Test]
    public async Task Stale_bytes_of_any_kind_before_the_welcome_are_passed_over()
    {
        byte[] stale = [.. new byte[100_000], .. FrameHeader.Frame(FrameType.Welcome, 0, 1, 0, new Welcome { Nonce = ByteString.CopyFrom(new byte[16]) }.ToByteArray()), .. FrameHeader.Frame(FrameType.Data, 0, 1, 1, new byte[500])[..300]];
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync(stale: stale);
        using (agent)
        {
            Task<TimeSpan> ping = session.PingAsync();
            Task answering = agent.ReceiveAsync();
            Assert.That(await ping, Is.GreaterThan(TimeSpan.Zero));
            agent.Dispose();
            Assert.That(async () => await answering, Throws.Exception);
        }

        await session.DisposeAsync();
    }

    [Test]
    public async Task More_than_its_credit_ends_the_session()
    {
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync();
        using (agent)
        {
            Task<GuestProcess> starting = session.Processes.StartAsync(new GuestCommand { Arguments = ["x"] });
            (uint stream, Request request) = await agent.ReceiveRequestAsync();
            await agent.SendAsync(stream, new Message { ExecStarted = new ExecStarted { ProcessId = 1 } });
            await starting;
            int sent = 0;
            try
            {
                for (; sent < 100; sent++)
                    await agent.SendAsync(FrameType.Data, 1, stream, new byte[32_000]);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // The host has hung up.
            }

            Assert.That((await session.Ended).Code, Is.EqualTo(GuestErrorCode.ProtocolViolation));
            Assert.That(request.Window, Is.InRange(16 * 1024, 256 * 1024));
        }

        await session.DisposeAsync();
    }

    [Test]
    public async Task Frames_without_content_are_not_free()
    {
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync();
        using (agent)
        {
            Task<GuestProcess> starting = session.Processes.StartAsync(new GuestCommand { Arguments = ["x"] });
            (uint stream, _) = await agent.ReceiveRequestAsync();
            await agent.SendAsync(stream, new Message { ExecStarted = new ExecStarted { ProcessId = 1 } });
            await starting;
            byte[] empty = FrameHeader.Frame(FrameType.Data, 1, agent.Tag, stream, []);
            byte[] many = [.. Enumerable.Repeat(empty, 12_000).SelectMany(f => f)];
            try
            {
                await agent.SendAsync(many);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // The host has hung up.
            }

            Assert.That((await session.Ended).Code, Is.EqualTo(GuestErrorCode.ProtocolViolation));
        }

        await session.DisposeAsync();
    }

    [Test]
    public async Task Flood_while_nobody_reads_leaves_memory_flat()
    {
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync();
        using (agent)
        {
            Task<GuestProcess> starting = session.Processes.StartAsync(new GuestCommand { Arguments = ["x"] });
            (uint stream, Request request) = await agent.ReceiveRequestAsync();
            await agent.SendAsync(stream, new Message { ExecStarted = new ExecStarted { ProcessId = 1 } });
            await starting;
            for (uint left = request.Window; left > 40_000; left -= 32_028)
                await agent.SendAsync(FrameType.Data, 1, stream, new byte[32_000]);
            long before = GC.GetTotalMemory(forceFullCollection: true);
            // Pings are control and need no credit: they are answered one at a time, not queued.
            byte[] ping = FrameHeader.Frame(FrameType.Ping, 0, agent.Tag, 0, new byte[8]);
            byte[] pings = [.. Enumerable.Repeat(ping, 1000).SelectMany(f => f)];
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            Task flood = Task.Run(
                async () =>
                {
                    for (int i = 0; i < 500 && !patience.IsCancellationRequested; i++)
                        await agent.SendAsync(pings);
                },
                CancellationToken.None);
            await Task.WhenAny(flood, Task.Delay(2500));

            Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(4 << 20));
            Assert.That(session.Ended.IsCompleted, Is.False);
        }

        await session.DisposeAsync();
    }

    [Test]
    public async Task Hundred_thousand_interfaces_and_absurd_numbers_are_bounded_and_marked()
    {
        Telemetry telemetry = new()
        {
            Load1 = double.NaN, Load5 = -3, Load15 = double.PositiveInfinity, UptimeMs = ulong.MaxValue,
            Memory = new MemoryUse { Total = 1 << 30, Available = ulong.MaxValue }, CpuPressure = new Pressure { Some10 = 1e300 },
        };
        telemetry.Mounts.Add(new MountUse { Path = "/\u001b[31m\n", Total = 10, Used = ulong.MaxValue - 5, Available = 20 });
        for (int i = 0; i < 100_000; i++)
            telemetry.Interfaces.Add(new NetworkInterface { Name = $"nic{i}", Mac = "no mac" });
        telemetry.Interfaces[0].Addresses.AddRange(Enumerable.Range(0, 1000).Select(i => new Address { Address_ = $"10.0.{i / 256}.{i % 256}", Prefix = 999 }));
        telemetry.Interfaces[1].Addresses.Add(new Address { Address_ = "'; drop table guests" });
        GuestTelemetry read = GuestTelemetry.Of(telemetry, DateTimeOffset.UnixEpoch);

        Assert.That(read.IsClamped, Is.True);
        Assert.That(read.Truncated, Does.Contain("interfaces"));
        Assert.That(read.Load, Is.EqualTo((0.0, 0.0, 1_000_000.0)));
        Assert.That(read.Interfaces, Has.Count.EqualTo(32));
        Assert.That(read.Interfaces[0].Addresses, Has.Count.EqualTo(16));
        Assert.That(read.Interfaces[0].Addresses[0].PrefixLength, Is.EqualTo(32));
        Assert.That(read.Interfaces[0].Mac, Is.Empty);
        Assert.That(read.Interfaces[1].Addresses, Is.Empty);
        Assert.That(read.Mounts[0].Path, Is.EqualTo("/\\u001b[31m\\u000a"));
        Assert.That((read.Mounts[0].UsedBytes, read.Mounts[0].AvailableBytes), Is.EqualTo((10, 10)));
        Assert.That(read.Memory.AvailableBytes, Is.EqualTo(1 << 30));
        Assert.That(read.Pressure!.Value.Processor, Is.EqualTo(100));
        await Task.CompletedTask;
    }

    [Test]
    public async Task Telemetry_larger_than_a_frame_cannot_be_sent_at_all()
    {
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync();
        using (agent)
        {
            Task<GuestTelemetry> call = session.System.GetTelemetryAsync();
            await agent.ReceiveRequestAsync();
            byte[] header = FrameHeader.Frame(FrameType.Close, 0, agent.Tag, 1, new byte[10])[..FrameHeader.Size];
            BitConverter.TryWriteBytes(header.AsSpan(16), 5_000_000);
            BitConverter.TryWriteBytes(header.AsSpan(24), FrameHeader.Crc32C(header.AsSpan(0, 24)));
            await agent.SendAsync(header);
            Assert.That(await Failing.CodeOfAsync(() => call), Is.EqualTo(GuestErrorCode.ProtocolViolation));
        }

        await session.DisposeAsync();
    }

    [TestCase("../escaped")]
    [TestCase("/etc/escaped")]
    [TestCase("a/../../escaped")]
    [TestCase("a/./b")]
    [TestCase("..")]
    [TestCase("")]
    [TestCase("a//b")]
    [TestCase("C:\\escaped")]
    [TestCase("a\\..\\escaped")]
    [TestCase("with\nline")]
    [TestCase("link/escaped")]
    [TestCase("missing/escaped")]
    public async Task Name_that_leads_out_of_the_target_is_left_out_and_named(string name)
    {
        await using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Combine("target/a"));
        Directory.CreateDirectory(folder.Combine("outside"));
        Directory.CreateSymbolicLink(folder.Combine("target/link"), folder.Combine("outside"));
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync();
        using (agent)
        {
            Task<GuestTransfer> pulling = session.Files.PullTreeAsync("/tree", folder.Combine("target"));
            (uint stream, _) = await agent.ReceiveRequestAsync();
            foreach (string entry in new[] { name, "good" })
            {
                await agent.SendAsync(stream, new Message { Entry = new FileEntry { Path = entry, Type = FileType.Regular, Size = 4, Mode = 0x9FF } });
                await agent.SendAsync(FrameType.Data, 0, stream, "evil"u8.ToArray());
                await agent.SendAsync(stream, new Message());
            }

            await agent.SendAsync(FrameType.End, 0, stream, []);
            await agent.SendAsync(stream, new Close { Status = new Status(), Tree = new TreeResult { Bytes = 8 } });
            GuestTransfer pulled = await pulling;

            Assert.That(pulled.Skipped, Has.Count.EqualTo(1));
            Assert.That(pulled.Files, Is.EqualTo(1));
            Assert.That(Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(folder.Path, p)),
                Is.EquivalentTo(new[] { "target", "target/a", "target/link", "target/good", "outside" }));
            Assert.That(File.GetUnixFileMode(folder.Combine("target/good")) & (UnixFileMode.SetUser | UnixFileMode.SetGroup), Is.EqualTo(UnixFileMode.None));
        }

        await session.DisposeAsync();
    }

    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(6)]
    [TestCase(7)]
    [TestCase(99)]
    public async Task Links_and_devices_of_a_tree_are_left_out(int type)
    {
        await using TemporaryFolder folder = new();
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync();
        using (agent)
        {
            Task<GuestTransfer> pulling = session.Files.PullTreeAsync("/tree", folder.Path);
            (uint stream, _) = await agent.ReceiveRequestAsync();
            await agent.SendAsync(stream, new Message { Entry = new FileEntry { Path = "x", Type = (FileType)type, LinkTarget = "/etc" } });
            await agent.SendAsync(FrameType.End, 0, stream, []);
            await agent.SendAsync(stream, new Close { Status = new Status(), Tree = new TreeResult() });

            Assert.That((await pulling).Skipped, Has.Count.EqualTo(1));
            Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
        }

        await session.DisposeAsync();
    }

    [Test]
    public async Task Tree_without_end_is_bounded()
    {
        await using TemporaryFolder folder = new();
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync();
        using (agent)
        {
            Task<GuestTransfer> pulling = session.Files.PullTreeAsync("/tree", folder.Path, new GuestTreeOptions { MaxEntries = 10 });
            (uint stream, _) = await agent.ReceiveRequestAsync();
            for (int i = 0; i < 20; i++)
                await agent.SendAsync(stream, new Message { Entry = new FileEntry { Path = $"d{i}", Type = FileType.Directory } });
            Assert.That(await Failing.CodeOfAsync(() => pulling), Is.EqualTo(GuestErrorCode.LimitExceeded));
        }

        await session.DisposeAsync();
    }

    [Test]
    public async Task File_whose_digest_is_a_lie_is_an_error()
    {
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync();
        using (agent)
        {
            Task<byte[]> reading = session.Files.ReadAsync("/f");
            (uint stream, _) = await agent.ReceiveRequestAsync();
            await agent.SendAsync(FrameType.Data, 0, stream, "abc"u8.ToArray());
            await agent.SendAsync(FrameType.End, 0, stream, []);
            await agent.SendAsync(stream, new Close { Status = new Status(), Read = new ReadResult { Bytes = 3, Sha256 = ByteString.CopyFrom(new byte[32]) } });
            Assert.That(await Failing.CodeOfAsync(() => reading), Is.EqualTo(GuestErrorCode.Changed));
        }

        await session.DisposeAsync();
    }

    [Test]
    public void Text_of_the_guest_is_cut_and_cannot_act()
    {
        Assert.That(GuestText.Clean("a\u001b]0;title\u0007b\r\nc\u202e", 100), Is.EqualTo("a\\u001b]0;title\\u0007b\\u000d\\u000ac\\u202e"));
        Assert.That(GuestText.Clean(new string('x', 1000), 10), Is.EqualTo("xxxxxxxxxx…"));
    }

    [Test]
    public async Task Random_frames_end_the_session_as_its_own_error_or_not_at_all()
    {
        int rounds = Soak.Rounds(150, 20_000);
        Random random = new(7);
        for (int round = 0; round < rounds; round++)
        {
            (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync(new GuestSessionOptions { CallTimeout = TimeSpan.FromSeconds(5) });
            using (agent)
            {
                Task call = round % 2 == 0 ? session.System.GetInfoAsync() : session.Files.ListAsync("/");
                (uint stream, _) = await agent.ReceiveRequestAsync();
                try
                {
                    for (int i = 0; i < 8; i++)
                    {
                        byte[] payload = new byte[random.Next(0, 60)];
                        random.NextBytes(payload);
                        await agent.SendAsync((FrameType)random.Next(1, 14), (byte)random.Next(0, 4), random.Next(3) == 0 ? 0 : stream, payload);
                    }
                }
                catch (System.Net.Sockets.SocketException)
                {
                    // Hung up at the first that breaks the protocol.
                }

                agent.Dispose();
                try
                {
                    await call;
                }
                catch (GuestException)
                {
                    // As it should.
                }
            }

            Assert.That((await session.Ended).Code, Is.EqualTo(GuestErrorCode.ProtocolViolation).Or.EqualTo(GuestErrorCode.SessionEnded));
            await session.DisposeAsync();
        }

        Soak.Note(rounds, "sessions with a guest that sends random frames");
    }
}
