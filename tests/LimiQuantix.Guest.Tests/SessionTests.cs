using System.Net.Sockets;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Tests.Support;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Tests;

public sealed class SessionTests
{
    [Test]
    public async Task Session_begins_and_pings()
    {
        await using AgentInProcess agent = new();
        await using GuestSession session = await agent.ConnectAsync();

        TimeSpan ping = await session.PingAsync();

        Assert.That(ping, Is.GreaterThan(TimeSpan.Zero).And.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(session.Agent.Capabilities, Does.Contain("exec").And.Contain("files").And.Contain("telemetry"));
        Assert.That(session.Agent.Version, Is.Not.Empty);
    }

    [Test]
    public async Task Agent_says_nothing_before_a_hello()
    {
        await using AgentInProcess agent = new();
        using Socket host = await agent.AcceptAsync();
        await host.SendAsync("LQG1 is not a frame, nor is anything else here"u8.ToArray());
        await Task.Delay(300);

        Assert.That(host.Available, Is.Zero);
    }

    [Test]
    public async Task Hello_is_heard_behind_stale_bytes_and_half_a_frame()
    {
        await using AgentInProcess agent = new();
        Socket host = await agent.AcceptAsync();
        byte[] stale = FrameHeader.Frame(FrameType.Data, 0, 5, 7, new byte[30_000]);
        await host.SendAsync(stale.AsMemory(0, 12_345));

        await using GuestSession session = await GuestSession.ConnectAsync(new NetworkStream(host, ownsSocket: true));

        Assert.That(await session.PingAsync(), Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task New_session_takes_over_when_the_former_host_died_in_the_midst_of_a_frame()
    {
        await using AgentInProcess agent = new();
        Socket host = await agent.AcceptAsync();
        await using (GuestSession first = await GuestSession.ConnectAsync(new NetworkStream(host, ownsSocket: false)))
            await first.PingAsync();
        // The same pipe: the agent sees no hang-up, only half a frame of a session that it knows, then another Hello.
        await using GuestSession second = await GuestSession.ConnectAsync(new NetworkStream(host, ownsSocket: false));
        await host.SendAsync(FrameHeader.Frame(FrameType.Data, 0, second.Tag, 7, new byte[60_000]).AsMemory(0, 1000));

        await using GuestSession third = await GuestSession.ConnectAsync(new NetworkStream(host, ownsSocket: true));

        Assert.That(await third.PingAsync(), Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task Agent_serves_the_next_host_after_one_left()
    {
        await using AgentInProcess agent = new();
        for (int i = 0; i < 3; i++)
        {
            await using GuestSession session = await agent.ConnectAsync();
            Assert.That((await session.System.GetInfoAsync()).Kernel, Is.Not.Empty);
        }
    }

    [Test]
    public async Task Unknown_verb_is_unimplemented_on_its_stream_alone()
    {
        await using AgentInProcess agent = new();
        await using GuestSession session = await agent.ConnectAsync();
        // A request of a later version: a member of the oneof that this one does not know.
        Request later = Request.Parser.ParseFrom([0xA2, 0x06, 0x00]);

        GuestException error = await Failing.OfAsync(() => session.CallAsync(later, default));

        Assert.That(error.Code, Is.EqualTo(GuestErrorCode.Unimplemented));
        Assert.That(await session.PingAsync(), Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task Refused_group_is_told_and_its_verbs_fail_as_refused()
    {
        await using AgentInProcess agent = new("refuse = exec, files # not here\n");
        await using GuestSession session = await agent.ConnectAsync();

        GuestException error = await Failing.OfAsync(() => session.Processes.RunAsync(["true"]));

        Assert.That(error.Code, Is.EqualTo(GuestErrorCode.RefusedByPolicy));
        Assert.That(session.Agent.Refused, Does.Contain("exec"));
        Assert.That(session.Agent.Capabilities, Does.Not.Contain("exec").And.Contain("info"));
        Assert.That((await session.System.GetInfoAsync()).BootId, Is.Not.Empty);
    }

    [Test]
    public async Task Policy_that_cannot_be_understood_shuts_all_but_info()
    {
        await using AgentInProcess agent = new("deny exec\n");
        await using GuestSession session = await agent.ConnectAsync();

        Assert.That(session.Agent.Capabilities, Is.EquivalentTo(new[] { "info" }));
    }

    [Test]
    public async Task Nobody_at_the_other_end_is_no_agent()
    {
        (Stream host, FakeAgent agent) = await FakeAgent.PairAsync();
        using (agent)
        {
            GuestException error = await Failing.OfAsync(
                () => GuestSession.ConnectAsync(host, new GuestSessionOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(300) }));
            Assert.That(error.Code, Is.EqualTo(GuestErrorCode.NoAgent));
        }
    }

    [Test]
    public async Task Agent_that_answers_no_pings_is_silent()
    {
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync(
            new GuestSessionOptions { PingInterval = TimeSpan.FromMilliseconds(50), CallTimeout = TimeSpan.FromSeconds(20) });
        using (agent)
        {
            GuestException error = await Failing.OfAsync(() => session.System.GetInfoAsync());
            Assert.That(error.Code, Is.EqualTo(GuestErrorCode.Silent));
            Assert.That((await session.Ended).Code, Is.EqualTo(GuestErrorCode.Silent));
        }

        await session.DisposeAsync();
    }

    [Test]
    public async Task Call_without_an_answer_ends_in_its_time_and_the_session_goes_on()
    {
        (GuestSession session, FakeAgent agent) = await FakeAgent.ConnectAsync(new GuestSessionOptions { CallTimeout = TimeSpan.FromMilliseconds(100) });
        using (agent)
        {
            Task<GuestInfo> call = session.System.GetInfoAsync();
            (uint _, Request request) = await agent.ReceiveRequestAsync();
            Assert.That(request.TimeoutMs, Is.EqualTo(100));
            Assert.That(await Failing.CodeOfAsync(() => call), Is.EqualTo(GuestErrorCode.Silent));
            (FrameHeader header, byte[] payload) = await agent.ReceiveAsync();
            Assert.That(header.Type, Is.EqualTo(FrameType.Notice));
            Assert.That(Notice.Parser.ParseFrom(payload).Cancel, Is.True);
            Assert.That(session.Ended.IsCompleted, Is.False);
        }

        await session.DisposeAsync();
    }

    [Test]
    public async Task Agent_of_another_version_is_told_apart()
    {
        (Stream host, FakeAgent agent) = await FakeAgent.PairAsync();
        using (agent)
        {
            Task<GuestSession> connecting = GuestSession.ConnectAsync(host);
            await agent.WelcomeAsync(w => w.Version = 0);
            Assert.That(await Failing.CodeOfAsync(() => connecting), Is.EqualTo(GuestErrorCode.Unimplemented));
        }
    }

    [Test]
    public async Task Ten_callers_at_once_get_each_their_answer()
    {
        await using AgentInProcess agent = new();
        await using GuestSession session = await agent.ConnectAsync();

        GuestCommandResult[] results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => session.Processes.RunAsync(["echo", $"{i}"])));

        Assert.That(results.Select(r => r.OutputText.Trim()), Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"{i}")));
    }

    [Test]
    public async Task Disposed_session_says_so_to_every_later_call()
    {
        await using AgentInProcess agent = new();
        GuestSession session = await agent.ConnectAsync();
        await session.DisposeAsync();

        Assert.That(await Failing.CodeOfAsync(() => session.PingAsync()), Is.EqualTo(GuestErrorCode.SessionEnded));
        Assert.That(await Failing.CodeOfAsync(() => session.System.GetInfoAsync()), Is.EqualTo(GuestErrorCode.SessionEnded));
        await session.DisposeAsync();
    }
}
