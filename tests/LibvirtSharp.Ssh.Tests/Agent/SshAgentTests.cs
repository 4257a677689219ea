using System.Net.Sockets;
using LibvirtSharp.Ssh.Agent;
using LimiQuantix.Testing;
using Renci.SshNet.Security;

namespace LibvirtSharp.Ssh.Tests.Agent;

internal sealed class SshAgentTests
{
    [Test]
    public async Task Keys_of_known_types_are_listed_in_the_order_of_the_agent()
    {
        string[] types = ["ssh-ed25519", "ssh-rsa", "ssh-ed25519-cert-v01@openssh.com", "ssh-dss", "", "ecdsa-sha2-nistp384", "sk-ssh-ed25519@openssh.com"];
        await using var agent = new FakeAgent(request => request is [11] ? FakeAgent.List([.. types.Select(type => FakeAgent.Key(type)), [], [0, 0, 0, 9]]) : null);
        List<byte[]> keys = await new SshAgent(agent.Path).KeysAsync(CancellationToken.None);
        Assert.That(keys.Select(key => SshWire.TypeOf(key)), Is.EqualTo(new[] { types[0], types[1], types[5], types[6] }));
    }

    [Test]
    public async Task Keys_are_as_many_as_anybody_can_try_at_the_most()
    {
        await using var agent = new FakeAgent(_ => FakeAgent.List([.. Enumerable.Range(0, 500).Select(number => FakeAgent.Key("ssh-ed25519", number))]));
        Assert.That(await new SshAgent(agent.Path).KeysAsync(CancellationToken.None), Has.Count.EqualTo(SshAgent.MaxKeys));
    }

    private static IEnumerable<byte[]> BadAnswers() =>
    [
        [],
        [0, 0],
        [0, 0, 0, 0],
        [0, 4, 0, 1, .. new byte[SshAgent.MaxAnswer + 1]],
        [255, 255, 255, 255, 12],
        [0, 0, 0, 9, 12, 0, 0, 0, 0],
        [.. "HTTP/1.1 400 Bad Request\r\n\r\n"u8],
        FakeAgent.Message(5),
        FakeAgent.Message(12),
        FakeAgent.Message(12, SshWire.Number(1)),
        FakeAgent.Message(12, SshWire.Number(uint.MaxValue), SshWire.String("key"), SshWire.String("comment")),
        FakeAgent.Message(12, SshWire.Number(1), SshWire.Number(uint.MaxValue)),
        FakeAgent.Message(14, SshWire.Number(7)),
    ];

    [TestCaseSource(nameof(BadAnswers))]
    public async Task Answer_that_is_none_is_a_failure_that_says_so(byte[] answer)
    {
        await using var fake = new FakeAgent(_ => answer);
        var agent = new SshAgent(fake.Path);
        LibvirtException keys = (await Assert.ThrowsAsync<LibvirtException>(() => agent.KeysAsync(CancellationToken.None)))!;
        Assert.That(keys.Code, Is.EqualTo(LibvirtErrorCode.AuthUnavailable));
        Assert.That(keys.Message, Does.Contain(fake.Path));
        if (answer is not [0, 0, 0, 1, 5])
            Assert.Throws<LibvirtException>(() => agent.Sign([1], [2], 0, CancellationToken.None));
    }

    [Test]
    public async Task Agent_that_says_nothing_is_waited_for_only_so_long()
    {
        await using var fake = new FakeAgent(_ => null);
        var agent = new SshAgent(fake.Path, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50));
        Assert.That((await Assert.ThrowsAsync<LibvirtException>(() => agent.KeysAsync(CancellationToken.None)))!.Message, Does.Contain("within 0.05 s"));
        Assert.Throws<LibvirtException>(() => agent.Sign([1], [2], 0, CancellationToken.None));
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.That(() => new SshAgent(fake.Path).Sign([1], [2], 0, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Agent_that_takes_no_more_clients_is_waited_for_only_so_long()
    {
        await using var folder = new TemporaryFolder();
        var address = new UnixDomainSocketEndPoint(folder.Combine("agent"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(address);
        listener.Listen(1);
        var agent = new SshAgent(folder.Combine("agent"), listing: TimeSpan.FromMilliseconds(200));
        for (int client = 0; client < 5; client++)
            await Assert.ThrowsAsync<LibvirtException>(() => agent.KeysAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [TestCase("/nonexistent/agent")]
    [TestCase("/a/path/that/is/longer/than/a/unix/socket/may/have/which/is/one/hundred/and/some/bytes/on/every/system/that/there/is/today")]
    public async Task Agent_that_is_not_there_is_a_failure_that_names_it(string path)
    {
        LibvirtException error = (await Assert.ThrowsAsync<LibvirtException>(() => new SshAgent(path).KeysAsync(CancellationToken.None)))!;
        Assert.That(error.Message, Does.Contain($"{path} cannot be asked"));
    }

    [Test]
    public async Task Signature_is_the_agents_with_the_flags_of_its_type()
    {
        byte[] key = FakeAgent.Key("ssh-rsa");
        var requests = new List<byte[]>();
        await using var fake = new FakeAgent(request =>
        {
            requests.Add(request);
            return FakeAgent.Signed(requests.Count == 1 ? "rsa-sha2-512" : "rsa-sha2-256");
        });
        var refusals = new List<string>();
        var keys = new AgentKeys(new SshAgent(fake.Path), [key], refusals.Add, CancellationToken.None);
        foreach (HostAlgorithm way in keys.HostKeyAlgorithms)
            Assert.That(way.Sign([7, 8]), Is.EqualTo((byte[])[.. SshWire.String(way.Name), .. SshWire.String("signature")]));
        byte[] request = [13, .. SshWire.String(key), .. SshWire.String([7, 8])];
        Assert.That(requests, Is.EqualTo(new byte[][] { [.. request, 0, 0, 0, 4], [.. request, 0, 0, 0, 2] }));
        Assert.That(refusals, Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Key_that_the_agent_does_not_sign_with_as_asked_leaves_the_turn_to_the_next(bool refuses)
    {
        await using var fake = new FakeAgent(_ => refuses ? FakeAgent.Message(5) : FakeAgent.Signed("ssh-rsa"));
        var refusals = new List<string>();
        var keys = new AgentKeys(new SshAgent(fake.Path), [FakeAgent.Key("ssh-rsa")], refusals.Add, CancellationToken.None);
        byte[] signature = keys.HostKeyAlgorithms.First().Sign([1]);
        Assert.That(signature, Is.EqualTo((byte[])[.. SshWire.String("rsa-sha2-512"), 0, 0, 0, 0]));
        Assert.That(refusals.Single(), Does.Contain("rsa-sha2-512").And.Contain("SHA256:"));
    }

    [Test]
    public void Best_way_of_every_key_comes_before_the_second_of_any()
    {
        byte[][] keys = [FakeAgent.Key("ssh-rsa", 1), FakeAgent.Key("ssh-rsa", 2), FakeAgent.Key("ssh-ed25519", 3)];
        IReadOnlyCollection<HostAlgorithm> ways = new AgentKeys(new SshAgent("/"), keys, _ => { }, CancellationToken.None).HostKeyAlgorithms;
        Assert.That(ways.Select(way => way.Name), Is.EqualTo(new[] { "rsa-sha2-512", "rsa-sha2-512", "ssh-ed25519", "rsa-sha2-256", "rsa-sha2-256" }));
        Assert.That(ways.Select(way => way.Data), Is.EqualTo(new[] { keys[0], keys[1], keys[2], keys[0], keys[1] }));
    }

    [TestCase(null, "/run/agent", false, "/run/agent")]
    [TestCase(null, null, false, null)]
    [TestCase(null, "", false, null)]
    [TestCase(null, "", true, @"\\.\pipe\openssh-ssh-agent")]
    [TestCase(null, "/run/agent", true, "/run/agent")]
    [TestCase("/mine", "/run/agent", false, "/mine")]
    [TestCase("", "/run/agent", true, null)]
    public void Agent_is_the_one_of_the_options_or_of_the_environment(string? named, string? environment, bool windows, string? path) =>
        Assert.That(AgentAddress.Find(named, environment, windows), Is.EqualTo(path));
}
