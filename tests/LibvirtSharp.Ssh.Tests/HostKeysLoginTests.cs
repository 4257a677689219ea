namespace LibvirtSharp.Ssh.Tests;

[Category("Integration")]
internal sealed class HostKeysLoginTests
{
    [Test]
    public async Task Host_is_taken_as_it_is_the_first_time_and_verified_from_then_on()
    {
        const string Learn = "known_hosts_verify=auto";
        await using SshServer server = await SshServer.StartAsync();
        File.Delete(server.KnownHostsPath);
        Assert.That((await Assert.ThrowsAsync<LibvirtException>(() => LogInAsync("known_hosts_verify=normal")))!.Message, Does.Contain("is not in"));
        Assert.That(File.Exists(server.KnownHostsPath), Is.False);
        await Task.WhenAll(LogInAsync(Learn), LogInAsync(Learn), LogInAsync(Learn));
        string[] lines = await File.ReadAllLinesAsync(server.KnownHostsPath);
        Assert.That(lines, Has.Length.EqualTo(1));
        string key = (await server.KeyLineAsync(lines[0].Contains(" ssh-ed25519 ", StringComparison.Ordinal) ? "host" : "host-ecdsa")).Trim();
        Assert.That(key, Does.StartWith(lines[0])); // with the comment
        await LogInAsync(Learn);
        await LogInAsync("known_hosts_verify=normal");

        await server.ForgetHostAsync(await server.OtherKeyAsync());
        foreach (string verify in (string[])[Learn, "known_hosts_verify=normal"])
            Assert.That((await Assert.ThrowsAsync<LibvirtException>(() => LogInAsync(verify)))!.Message, Does.Contain("is not the one"));
        await LogInAsync("known_hosts_verify=ignore");
        Assert.That(await File.ReadAllTextAsync(server.KnownHostsPath), Is.EqualTo(await server.OtherKeyAsync()));

        async Task LogInAsync(string parameters) => await server.LogInAsync(new SshTransportOptions { PrivateKeyPaths = [server.KeyPath] }, parameters);
    }
}
