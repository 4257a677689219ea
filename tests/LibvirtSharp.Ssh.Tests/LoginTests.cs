using LibvirtSharp.Ssh.Tests.Agent;
using LimiQuantix.Testing;

namespace LibvirtSharp.Ssh.Tests;

internal sealed class LoginTests
{
    [TestCase("ed25519")]
    [TestCase("ecdsa")]
    [TestCase("rsa")]
    [Category("Integration")]
    public async Task Key_that_the_agent_holds_is_not_tried_again_from_its_file(string type)
    {
        await using var folder = new TemporaryFolder();
        string path = folder.Combine("key");
        await Command.OutputAsync(Requires.Tool("ssh-keygen"), ["-q", "-t", type, "-N", "", "-f", path]);
        byte[] key = Convert.FromBase64String((await File.ReadAllTextAsync(path + ".pub")).Split(' ')[1]);
        await using var agent = new FakeAgent(_ => FakeAgent.List(key));
        Assert.That(await MethodsAsync(agent, path, "agent,privkey"), Has.Length.EqualTo(1));
        Assert.That(await MethodsAsync(agent, path, "privkey,agent"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Ways_that_there_is_something_for_are_tried_in_the_order_of_the_uri()
    {
        await using var agent = new FakeAgent(_ => FakeAgent.List(FakeAgent.Key("ssh-ed25519")));
        string[] methods = await MethodsAsync(agent, null, "keyboard-interactive,agent,password");
        Assert.That(methods, Is.EqualTo(new[] { "keyboard-interactive", "publickey", "password" }));
    }

    [Test]
    public async Task Agent_that_answers_with_something_else_leaves_the_login_to_the_rest()
    {
        await using var agent = new FakeAgent(_ => [1, 2, 3, 4, 5]);
        Assert.That(await MethodsAsync(agent, null, "agent,password"), Is.EqualTo(new[] { "password" }));
    }

    [TestCase("qemu+ssh:///system", ExpectedResult = "localhost")]
    [TestCase("qemu+ssh://h/system", ExpectedResult = "h")]
    public async Task<string> Host_is_this_one_when_the_uri_names_none(string uri)
    {
        Login login = await Login.PrepareAsync(LibvirtUri.Parse(uri + "?sshauth=password"), new SshTransportOptions { Password = "secret" }, CancellationToken.None);
        return login.ConnectionInfo().Host;
    }

    private static async Task<string[]> MethodsAsync(FakeAgent agent, string? key, string order)
    {
        var options = new SshTransportOptions { AgentSocketPath = agent.Path, PrivateKeyPaths = key is null ? null : [key], Password = "secret" };
        Login login = await Login.PrepareAsync(LibvirtUri.Parse($"qemu+ssh://user@h/system?sshauth={order}"), options, CancellationToken.None);
        return [.. login.ConnectionInfo().AuthenticationMethods.Select(method => method.Name)];
    }
}
