using System.Net;
using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests.Integration;

/// <summary>A real daemon over TCP, and over TLS with client certificates and a password.</summary>
[Category("Integration")]
[NonParallelizable]
internal sealed class RemoteTests
{
    [Test]
    public async Task Daemon_is_reached_by_tcp_tls_and_scram_and_refuses_who_it_should()
    {
        await using TestAuthority authority = await TestAuthority.CreateAsync();
        await using TestAuthority stranger = await TestAuthority.CreateAsync();
        await using RemoteLibvirtd daemon = await RemoteLibvirtd.StartAsync(authority, "scram-sha-256 plain");

        await using (LibvirtConnection tcp = await Daemon.OpenAsync($"test+tcp://127.0.0.1:{daemon.TcpPort}/default", null))
            Assert.That((await tcp.LookupDomainByNameAsync("test")).Name, Is.EqualTo("test"));

        var right = new NetworkCredential(RemoteLibvirtd.User, RemoteLibvirtd.Password);
        await using (LibvirtConnection tls = await OpenAsync(daemon, authority, right))
        {
            Domain domain = await tls.LookupDomainByNameAsync("test");
            DomainInfo[] infos = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => domain.GetInfoAsync()));
            Assert.That(infos, Has.Length.EqualTo(200));
            await using DomainScreenshot screenshot = await domain.ScreenshotAsync();
            using var picture = new MemoryStream();
            await screenshot.Stream.CopyToAsync(picture);
            Assert.That(picture.Length, Is.GreaterThan(100));
        }

        LibvirtException wrong = await Failure.OfAsync(() => OpenAsync(daemon, authority, new NetworkCredential(RemoteLibvirtd.User, "wrong")));
        Assert.That(wrong.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed), wrong.Message);
        // The client of another authority trusts this server, but not the other way round.
        LibvirtTlsOptions foreign = stranger.ClientOptions;
        foreign.CertificateAuthorityPath = authority.AuthorityPath;
        LibvirtException refused = await Failure.OfAsync(() => Daemon.OpenAsync(Uri(daemon), options =>
        {
            options.Tls = foreign;
            options.Credential = right;
        }));
        Assert.That(refused.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed), refused.Message);
    }

    [Test]
    public async Task Plain_password_goes_over_tls_only()
    {
        await using TestAuthority authority = await TestAuthority.CreateAsync();
        await using RemoteLibvirtd daemon = await RemoteLibvirtd.StartAsync(authority, "plain");
        await using (LibvirtConnection plain = await OpenAsync(daemon, authority, new NetworkCredential(RemoteLibvirtd.User, RemoteLibvirtd.Password)))
            Assert.That((await plain.LookupDomainByNameAsync("test")).Name, Is.EqualTo("test"));

        LibvirtException wrong = await Failure.OfAsync(() => OpenAsync(daemon, authority, new NetworkCredential(RemoteLibvirtd.User, "wrong")));
        LibvirtException stranger = await Failure.OfAsync(() => OpenAsync(daemon, authority, new NetworkCredential("nobody", RemoteLibvirtd.Password)));
        LibvirtException none = await Failure.OfAsync(() => Daemon.OpenAsync(Uri(daemon), options => options.Tls = authority.ClientOptions));
        Assert.Multiple(() =>
        {
            Assert.That(wrong.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed), wrong.Message);
            Assert.That(stranger.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed), stranger.Message);
            Assert.That(none.Message, Does.Contain("PLAIN").And.Contain(nameof(LibvirtConnectionOptions.Credential)));
        });
    }

    private static Task<LibvirtConnection> OpenAsync(RemoteLibvirtd daemon, TestAuthority authority, NetworkCredential credential) => Daemon.OpenAsync(Uri(daemon), options =>
    {
        options.Tls = authority.ClientOptions;
        options.Credential = credential;
    });

    private static string Uri(RemoteLibvirtd daemon) => $"test+tls://127.0.0.1:{daemon.TlsPort}/default";
}
