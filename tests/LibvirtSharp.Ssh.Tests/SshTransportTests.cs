using LimiQuantix.Testing;

namespace LibvirtSharp.Ssh.Tests;

[Category("Integration")]
[NonParallelizable]
internal sealed class SshTransportTests
{
    [Test]
    public async Task Daemon_of_a_host_is_used_through_ssh()
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using SshServer server = await SshServer.StartAsync();
        await server.HashKnownHostsAsync();
        await using LibvirtConnection connection = await OpenAsync(server, daemon);
        Domain domain = await connection.LookupDomainByNameAsync("test");
        DomainInfo[] infos = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => domain.GetInfoAsync()));
        Assert.That(infos, Has.All.Matches<DomainInfo>(info => info.VirtualCpus == 2));
        // A stream has an SSH connection of its own.
        await using DomainScreenshot screenshot = await domain.ScreenshotAsync();
        using var picture = new MemoryStream();
        await screenshot.Stream.CopyToAsync(picture);
        Assert.That(picture.ToArray().AsSpan(0, 4).ToArray(), Is.EqualTo(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }));

        await daemon.KillAsync();
        LibvirtException reason = await connection.Closed.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(reason.IsTransient, Is.True, reason.Message);
    }

    [Test]
    public async Task Helper_of_the_host_carries_more_than_any_buffer_on_the_way_holds()
    {
        Requires.Tool("virt-ssh-helper");
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using SshServer server = await SshServer.StartAsync(daemon);
        await using var folder = new TemporaryFolder();
        // Without netcat, only the helper can have been the way.
        await using LibvirtConnection connection = await OpenSystemAsync(server, "netcat=/nonexistent/nc", readOnly: false);
        StoragePool pool = await connection.CreateStoragePoolAsync($"<pool type='dir'><name>p</name><target><path>{folder.Path}</path></target></pool>");
        const int Size = 24 * 1024 * 1024;
        StorageVolume volume = await pool.CreateVolumeAsync($"<volume><name>v</name><capacity>{Size}</capacity><target><format type='raw'/></target></volume>");
        byte[] content = new byte[Size];
        new Random(6).NextBytes(content);
        await volume.UploadAsync(new MemoryStream(content));
        using var back = new MemoryStream();
        await using LibvirtStream download = await volume.OpenDownloadAsync();
        await download.CopyToAsync(back);
        Assert.That(back.ToArray().AsSpan().SequenceEqual(content), Is.True);
    }

    [TestCase("proxy=native")]
    [TestCase("proxy=netcat")]
    public async Task Read_only_socket_is_enough_for_who_asks_for_no_more(string proxy)
    {
        Requires.Tool("virt-ssh-helper");
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using SshServer server = await SshServer.StartAsync(daemon);
        File.Delete(daemon.SocketPath);
        await using LibvirtConnection connection = await OpenSystemAsync(server, proxy, readOnly: true);
        Assert.That(await connection.GetDriverTypeAsync(), Is.EqualTo("QEMU"));
        await Assert.ThrowsAsync<LibvirtException>(() => OpenSystemAsync(server, proxy, readOnly: false));
    }

    [Test]
    public async Task Host_that_is_not_known_is_refused_unless_the_uri_says_otherwise()
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using SshServer server = await SshServer.StartAsync();
        await server.ForgetHostAsync();
        LibvirtException unknown = (await Assert.ThrowsAsync<LibvirtException>(() => OpenAsync(server, daemon)))!;
        await server.ForgetHostAsync(await server.OtherKeyAsync());
        LibvirtException other = (await Assert.ThrowsAsync<LibvirtException>(() => OpenAsync(server, daemon)))!;
        Assert.That(unknown.Message, Does.Contain("is not in"));
        Assert.That(other.Message, Does.Contain("is not the one"));
        await using LibvirtConnection connection = await OpenAsync(server, daemon, "&no_verify=1");
        Assert.That(await connection.GetDriverTypeAsync(), Is.EqualTo("TEST"));
    }

    [Test]
    public async Task Host_is_trusted_by_whichever_of_its_keys_is_known_and_by_none_that_is_revoked()
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using SshServer server = await SshServer.StartAsync();
        string line = await server.KeyLineAsync("host-ecdsa");
        await server.ForgetHostAsync(line);
        await using (LibvirtConnection connection = await OpenAsync(server, daemon))
            Assert.That(await connection.GetDriverTypeAsync(), Is.EqualTo("TEST"));
        await server.ForgetHostAsync(line + "@revoked * " + line[line.IndexOf(' ', StringComparison.Ordinal)..]);
        LibvirtException revoked = (await Assert.ThrowsAsync<LibvirtException>(() => OpenAsync(server, daemon)))!;
        Assert.That(revoked.Message, Does.Contain("is revoked"));
    }

    [Test]
    public async Task Proxy_that_is_missing_on_the_host_says_so()
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using SshServer server = await SshServer.StartAsync();
        LibvirtException error = (await Assert.ThrowsAsync<LibvirtException>(() => OpenAsync(server, daemon, "&netcat=/nonexistent/nc")))!;
        Assert.That(error.IsConnectionLost, Is.True);
        Assert.That(error.Message, Does.Contain("/nonexistent/nc"));
    }

    private static Task<LibvirtConnection> OpenSystemAsync(SshServer server, string parameters, bool readOnly) => LibvirtConnection.OpenAsync(new LibvirtConnectionOptions
    {
        Uri = $"qemu+ssh://root@127.0.0.1:{server.Port}/system?{parameters}",
        ReadOnly = readOnly,
        Transport = new SshTransport(new SshTransportOptions { PrivateKeyPaths = [server.KeyPath], KnownHostsPath = server.KnownHostsPath, ReadOnly = readOnly }),
    });

    private static Task<LibvirtConnection> OpenAsync(SshServer server, PrivateLibvirtd daemon, string more = "") => LibvirtConnection.OpenAsync(new LibvirtConnectionOptions
    {
        Uri = $"test+ssh://root@127.0.0.1:{server.Port}/default?socket={daemon.SocketPath}{more}",
        Transport = new SshTransport(new SshTransportOptions { PrivateKeyPaths = [server.KeyPath], KnownHostsPath = server.KnownHostsPath }),
    });
}
