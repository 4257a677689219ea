namespace LibvirtSharp.Ssh.Tests;

internal sealed class LoginOrderTests
{
    private const string All = "Agent PrivateKey Password KeyboardInteractive";

    [TestCase("", false, All)]
    [TestCase("", true, "PrivateKey Password KeyboardInteractive")]
    [TestCase("?sshauth=agent", true, "Agent")]
    [TestCase("?sshauth=keyboard-interactive,Password,PRIVKEY,agent", false, "KeyboardInteractive Password PrivateKey Agent")]
    [TestCase("?sshauth=password,agent,password", false, "Password Agent")]
    public void Ways_to_log_in_are_tried_in_the_order_of_the_uri(string query, bool keysAreNamed, string ways) =>
        Assert.That(string.Join(' ', LoginOrder.Of(LibvirtUri.Parse($"qemu+ssh://h/system{query}"), keysAreNamed)), Is.EqualTo(ways));

    [TestCase("")]
    [TestCase("agent,")]
    [TestCase("gssapi")]
    [TestCase("0")]
    public async Task Way_that_is_not_known_is_refused_with_those_that_are(string value)
    {
        var uri = LibvirtUri.Parse($"qemu+ssh://h/system?sshauth={value}");
        FormatException error = (await Assert.ThrowsAsync<FormatException>(() => new SshTransport().ConnectAsync(uri, CancellationToken.None)))!;
        Assert.That(error.Message, Does.Contain("agent, privkey, password, keyboard-interactive"));
    }
}
