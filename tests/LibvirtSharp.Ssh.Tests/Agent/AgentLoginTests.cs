namespace LibvirtSharp.Ssh.Tests.Agent;

[Category("Integration")]
internal sealed class AgentLoginTests
{
    private const string Greeting = "-U /s\n";

    [TestCase("ed25519", false)]
    [TestCase("ed25519", true)]
    [TestCase("ecdsa", false)]
    [TestCase("rsa", false)]
    [TestCase("rsa", true)]
    public async Task Key_that_only_the_agent_holds_logs_in(string type, bool encrypted)
    {
        await using SshServer server = await SshServer.StartAsync();
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync();
        await server.AuthorizeAsync(await agent.AddAsync(type, encrypted));
        Assert.That(await server.LogInAsync(new SshTransportOptions { AgentSocketPath = agent.Path }, ""), Is.EqualTo(Greeting));
    }

    [Test]
    public async Task Sixth_key_of_the_agent_logs_in_and_the_seventh_is_one_too_many()
    {
        await using SshServer server = await SshServer.StartAsync();
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync();
        for (int other = 0; other < 5; other++)
            await agent.AddAsync("rsa");
        string sixth = await agent.AddAsync("rsa");
        string seventh = await agent.AddAsync("ed25519");
        var options = new SshTransportOptions { AgentSocketPath = agent.Path };
        await server.AuthorizeAsync(seventh);
        LibvirtException error = (await Assert.ThrowsAsync<LibvirtException>(() => server.LogInAsync(options, "")))!;
        Assert.That((error.Code, error.IsTransient), Is.EqualTo((LibvirtErrorCode.AuthFailed, false)), error.Message);
        await server.AuthorizeAsync(sixth);
        Assert.That(await server.LogInAsync(options, ""), Is.EqualTo(Greeting));
    }

    [Test]
    public async Task Key_that_the_agent_refuses_to_use_does_not_keep_the_next_from_being_tried()
    {
        await using SshServer server = await SshServer.StartAsync();
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync();
        await server.AuthorizeAsync(await agent.AddAsync("ed25519", more: "-c"));
        var options = new SshTransportOptions { AgentSocketPath = agent.Path };
        LibvirtException error = (await Assert.ThrowsAsync<LibvirtException>(() => server.LogInAsync(options, "sshauth=agent")))!;
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed));
        Assert.That(error.Message, Does.Contain("The SSH agent did not sign"));
        await server.AuthorizeAsync(await agent.AddAsync("ecdsa"));
        Assert.That(await server.LogInAsync(options, "sshauth=agent"), Is.EqualTo(Greeting));
    }

    [Test]
    public async Task Agent_is_left_alone_where_a_key_is_named_unless_the_uri_wants_it()
    {
        await using SshServer server = await SshServer.StartAsync();
        await using SshAgentProcess agent = await SshAgentProcess.StartAsync();
        await using SshServer other = await SshServer.StartAsync();
        await server.AuthorizeAsync(await agent.AddAsync("ed25519"));
        var options = new SshTransportOptions { AgentSocketPath = agent.Path };
        await Assert.ThrowsAsync<LibvirtException>(() => server.LogInAsync(options, $"keyfile={other.KeyPath}"));
        Assert.That(await server.LogInAsync(options, $"keyfile={server.KeyPath}"), Is.EqualTo(Greeting));
        Assert.That(await server.LogInAsync(options, $"keyfile={other.KeyPath}&sshauth=privkey,agent"), Is.EqualTo(Greeting));
    }

    [Test]
    public async Task Agent_that_ends_when_it_is_to_sign_is_what_the_login_fails_with()
    {
        await using SshServer server = await SshServer.StartAsync();
        byte[] key = Convert.FromBase64String((await File.ReadAllTextAsync(server.KeyPath + ".pub")).Split(' ')[1]);
        await using var agent = new FakeAgent(request => request is [11] ? FakeAgent.List(key) : []);
        var options = new SshTransportOptions { AgentSocketPath = agent.Path };
        LibvirtException error = (await Assert.ThrowsAsync<LibvirtException>(() => server.LogInAsync(options, "sshauth=agent")))!;
        Assert.That(error.Message, Does.StartWith($"The SSH agent at {agent.Path} cannot be asked"));
    }

    [Test]
    public async Task Agent_that_has_gone_leaves_the_login_to_the_rest()
    {
        await using SshServer server = await SshServer.StartAsync();
        var options = new SshTransportOptions { AgentSocketPath = "/nonexistent/agent", PrivateKeyPaths = [server.KeyPath] };
        Assert.That(await server.LogInAsync(options, "sshauth=agent,privkey"), Is.EqualTo(Greeting));
        LibvirtException error = (await Assert.ThrowsAsync<LibvirtException>(() => server.LogInAsync(options, "sshauth=agent")))!;
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthUnavailable));
        Assert.That(error.Message, Does.Contain("/nonexistent/agent"));
    }
}
