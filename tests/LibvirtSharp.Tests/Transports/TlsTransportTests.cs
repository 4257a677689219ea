using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using LibvirtSharp.Tests.Support;
using LibvirtSharp.Transports;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Transports;

internal sealed class TlsTransportTests
{
    [Test]
    public async Task Accepted_client_gets_a_stream_after_the_verdict()
    {
        await using TlsServer server = await TlsServer.StartAsync([1, (byte)'h', (byte)'i']);
        await using Stream stream = await server.ConnectAsync(server.Options());
        byte[] bytes = new byte[2];
        await stream.ReadExactlyAsync(bytes);
        Assert.That(bytes, Is.EqualTo("hi"u8.ToArray()));
        Assert.That(await server.ClientName, Is.EqualTo("CN=client"));
    }

    [TestCase(new byte[] { 0 })]
    [TestCase(new byte[0])]
    public async Task Refused_client_is_told_so(byte[] verdict)
    {
        await using TlsServer server = await TlsServer.StartAsync(verdict);
        LibvirtException error = await Failure.OfAsync(() => server.ConnectAsync(server.Options()));
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed));
        Assert.That(error.Message, Does.Contain("refused"));
    }

    [Test]
    public async Task Server_of_another_authority_is_refused_unless_the_uri_says_otherwise()
    {
        await using TlsServer server = await TlsServer.StartAsync([1]);
        await using TlsServer other = await TlsServer.StartAsync([1]);
        LibvirtTlsOptions wrong = server.Options();
        wrong.CertificateAuthorityPath = other.Options().CertificateAuthorityPath;
        LibvirtException error = await Failure.OfAsync(() => server.ConnectAsync(wrong));
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed));
    }

    [Test]
    public async Task Verification_can_be_switched_off_by_the_uri()
    {
        await using TlsServer server = await TlsServer.StartAsync([1]);
        await using TlsServer other = await TlsServer.StartAsync([1]);
        LibvirtTlsOptions wrong = server.Options();
        wrong.CertificateAuthorityPath = other.Options().CertificateAuthorityPath;
        await using Stream stream = await server.ConnectAsync(wrong, "?no_verify=1");
        Assert.That(stream.CanRead, Is.True);
    }

    [Test]
    public async Task Client_refused_after_its_handshake_is_told_so()
    {
        await using TlsServer server = await TlsServer.StartAsync([1], breaksOff: true);
        LibvirtException error = await Failure.OfAsync(() => server.ConnectAsync(server.Options()));
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed));
        Assert.That(error.Message, Does.StartWith("The server refused this client's certificate or address: "));
    }

    [Test]
    public async Task Folder_that_the_uri_names_has_the_certificates()
    {
        await using TlsServer server = await TlsServer.StartAsync([1]);
        await using Stream stream = await server.ConnectAsync(new LibvirtTlsOptions(), $"?pkipath={server.Folder}");
        Assert.That(await server.ClientName, Is.EqualTo("CN=client"));
    }

    [Test]
    public async Task Server_whose_certificate_is_revoked_is_refused()
    {
        await using TlsServer server = await TlsServer.StartAsync([1]);
        await server.Authority.RevokeAsync("server");
        LibvirtException error = await Failure.OfAsync(async () => await (await server.ConnectAsync(new LibvirtTlsOptions(), $"?pkipath={server.Folder}")).DisposeAsync());
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed));
        Assert.That(error.Message, Does.Contain("CN=server is revoked"));
    }

    [TestCase("server", "?no_verify=1&")]
    [TestCase("client", "?")]
    public async Task Server_is_taken_when_another_is_revoked_or_nothing_verified(string revoked, string query)
    {
        await using TlsServer server = await TlsServer.StartAsync([1]);
        await server.Authority.RevokeAsync(revoked);
        await using Stream stream = await server.ConnectAsync(new LibvirtTlsOptions(), $"{query}pkipath={server.Folder}");
        Assert.That(stream.CanRead, Is.True);
    }

    [Test]
    public async Task Server_of_another_authority_is_refused_beside_a_list_of_revoked_certificates()
    {
        await using TlsServer server = await TlsServer.StartAsync([1]);
        await using TestAuthority other = await TestAuthority.CreateAsync();
        await other.RevokeAsync("client");
        string query = $"?pkipath={Path.GetDirectoryName(other.AuthorityPath)}";
        LibvirtException error = await Failure.OfAsync(async () => await (await server.ConnectAsync(new LibvirtTlsOptions(), query)).DisposeAsync());
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed));
        Assert.That(error.Message, Does.Contain("RemoteCertificateChainErrors"));
    }

    [TestCase("")]
    [TestCase("-----BEGIN X509 CRL-----\nMAMCAQE=\n-----END X509 CRL-----\n")]
    public async Task List_of_revoked_certificates_that_is_none_is_refused(string list)
    {
        await using TestAuthority authority = await TestAuthority.CreateAsync();
        await File.WriteAllTextAsync(authority.Path("cacrl.pem"), list);
        LibvirtUri uri = LibvirtUri.Parse($"qemu+tls://host/system?pkipath={Path.GetDirectoryName(authority.AuthorityPath)}");
        LibvirtException error = Assert.Throws<LibvirtException>(() => TlsCertificates.Load(uri, new LibvirtTlsOptions()).Dispose())!;
        Assert.That(error.Message, Does.Contain(authority.Path("cacrl.pem")));
    }

    [Test]
    public async Task Authority_that_is_named_and_is_none_leaves_no_other()
    {
        await using var folder = new TemporaryFolder();
        LibvirtUri uri = LibvirtUri.Parse($"qemu+tls://host/system?pkipath={folder.Path}");
        LibvirtException missing = Assert.Throws<LibvirtException>(() => TlsCertificates.Load(uri, new LibvirtTlsOptions()).Dispose())!;
        await folder.WriteAsync("cacert.pem", default);
        LibvirtException empty = Assert.Throws<LibvirtException>(() => TlsCertificates.Load(uri, new LibvirtTlsOptions()).Dispose())!;
        Assert.That(missing.Message, Does.Contain(folder.Combine("cacert.pem")));
        Assert.That(empty.Message, Does.Contain(folder.Combine("cacert.pem")));
    }

    [TestCase("qemu+tls:///system", ExpectedResult = "localhost")]
    [TestCase("qemu+tls://host.example/system", ExpectedResult = "host.example")]
    [TestCase("qemu+tls://[fe80::1%25eth0]:1/system", ExpectedResult = "fe80::1")]
    public string Certificate_is_wanted_for_the_host_that_is_connected_to(string text)
    {
        LibvirtUri uri = LibvirtUri.Parse(text);
        using TlsCertificates certificates = TlsCertificates.Load(uri, new LibvirtTlsOptions());
        return certificates.ClientOptions(uri).TargetHost!;
    }

    /// <summary>Takes one TLS client with a certificate of its own authority and sends some bytes.</summary>
    private sealed class TlsServer : IAsyncDisposable
    {
        private static readonly byte[] FatalAlert = [21, 3, 3, 0, 2, 2, 48];
        private readonly TestAuthority _authority;
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource<string> _clientName = new();
        private Task _serving = Task.CompletedTask;

        private TlsServer(TestAuthority authority) => _authority = authority;

        public Task<string> ClientName => _clientName.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public TestAuthority Authority => _authority;

        public string Folder => Path.GetDirectoryName(_authority.AuthorityPath)!;

        public static async Task<TlsServer> StartAsync(byte[] verdict, bool breaksOff = false)
        {
            var server = new TlsServer(await TestAuthority.CreateAsync());
            server._listener.Start();
            server._serving = server.ServeAsync(server._authority.ServerCertificate(), verdict, breaksOff);
            return server;
        }

        public LibvirtTlsOptions Options() => _authority.ClientOptions;

        public Task<Stream> ConnectAsync(LibvirtTlsOptions options, string query = "") => new TlsTransport(options).ConnectAsync(
            LibvirtUri.Parse($"qemu+tls://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/system{query}"), CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
            await _authority.DisposeAsync();
        }

        private async Task ServeAsync(X509Certificate2 certificate, byte[] verdict, bool breaksOff)
        {
            using (certificate)
            {
                try
                {
                    using TcpClient client = await _listener.AcceptTcpClientAsync();
                    await using var tls = new SslStream(client.GetStream());
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
                    {
                        ServerCertificate = certificate,
                        ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
                    });
                    _clientName.TrySetResult(tls.RemoteCertificate?.Subject ?? "");
                    // .NET's server sends no alert of its own after the handshake: one that is not encrypted breaks the client's next read too.
                    if (breaksOff)
                        await client.GetStream().WriteAsync(FatalAlert);
                    else
                        await tls.WriteAsync(verdict);
                    await tls.ShutdownAsync();
                    await tls.CopyToAsync(Stream.Null);
                }
                catch (Exception error) when (error is IOException or SocketException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
                {
                    _clientName.TrySetException(error);
                    _ = _clientName.Task.Exception;
                }
            }
        }
    }
}
