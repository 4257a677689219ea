namespace LibvirtSharp.Ssh.Tests;

internal sealed class SshUriTests
{
    [TestCase("ssh")]
    [TestCase("libssh")]
    [TestCase("libssh2")]
    public async Task Uri_that_wants_ssh_says_what_to_set_when_nobody_has(string transport)
    {
        NotSupportedException error = (await Assert.ThrowsAsync<NotSupportedException>(() => LibvirtConnection.OpenAsync($"qemu+{transport}://h.invalid/system")))!;
        Assert.That(error.Message, Does.Contain("ssh, libssh and libssh2").And.Contain("SshTransport"));
    }

    [TestCase("ssh")]
    [TestCase("libssh2")]
    [Category("Integration")]
    public async Task Uri_may_name_the_program_and_the_library_that_another_client_would_use(string transport)
    {
        await using SshServer server = await SshServer.StartAsync();
        var options = new SshTransportOptions { PrivateKeyPaths = [server.KeyPath], KnownHostsPath = server.KnownHostsPath };
        var uri = LibvirtUri.Parse($"qemu+{transport}://root@127.0.0.1:{server.Port}/system?command=/nonexistent/ssh&netcat=/bin/echo&socket=/s");
        await using Stream stream = await new SshTransport(options).ConnectAsync(uri, CancellationToken.None);
        using var reader = new StreamReader(stream);
        Assert.That(await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1)), Is.EqualTo("-U /s\n"));
    }
}
