namespace LibvirtSharp.Ssh.Tests;

[Category("Integration")]
internal sealed class PasswordLoginTests
{
    [TestCase("sshauth=keyboard-interactive")]
    [TestCase("sshauth=password")]
    [TestCase("sshauth=agent,keyboard-interactive,password")]
    [TestCase("sshauth=PASSWORD,privkey")]
    public async Task Password_logs_in_where_it_is_right_and_asked_for(string way)
    {
        await using SshServer server = await SshServer.StartAsync(password: "se cret");
        var options = new SshTransportOptions { Password = "se cret", AgentSocketPath = "" };
        Assert.That(await server.LogInAsync(options, way), Is.EqualTo("-U /s\n"));
        options.Password = "secret";
        LibvirtException error = (await Assert.ThrowsAsync<LibvirtException>(() => server.LogInAsync(options, way)))!;
        Assert.That((error.Code, error.IsTransient), Is.EqualTo((LibvirtErrorCode.AuthFailed, false)), error.Message);
    }

    [Test]
    public async Task Password_is_not_used_where_the_uri_names_other_ways()
    {
        await using SshServer server = await SshServer.StartAsync(password: "secret");
        var options = new SshTransportOptions { Password = "secret", AgentSocketPath = "" };
        LibvirtException error = (await Assert.ThrowsAsync<LibvirtException>(() => server.LogInAsync(options, "sshauth=agent")))!;
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthUnavailable));
    }
}
