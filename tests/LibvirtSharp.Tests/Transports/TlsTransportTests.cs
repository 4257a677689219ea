using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
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
        await using var server = await TlsServer.StartAsync([1, (byte)'h', (byte)'i']);
        await using Stream stream = await server.ConnectAsync(server.Options());
        var bytes = new byte[2];
        await stream.ReadExactlyAsync(bytes);
        Assert.That(bytes, Is.EqualTo("hi"u8.ToArray()));
        Assert.That(await server.ClientName, Is.EqualTo("CN=client"));
    }

    [TestCase(new byte[] { 0 })]
    [TestCase(new byte[0])]
    public async Task Refused_client_is_told_so(byte[] verdict)
    {
        await using var server = await TlsServer.StartAsync(verdict);
        LibvirtException error = await Failure.OfAsync(() => server.ConnectAsync(server.Options()));
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed));
        Assert.That(error.Message, Does.Contain("refused"));
    }

    [Test]
    public async Task Server_of_another_authority_is_refused_unless_the_uri_says_otherwise()
    {
        await using var server = await TlsServer.StartAsync([1]);
        await using var other = await TlsServer.StartAsync([1]);
        LibvirtTlsOptions wrong = server.Options();
        wrong.CertificateAuthorityPath = other.Options().CertificateAuthorityPath;
        LibvirtException error = await Failure.OfAsync(() => server.ConnectAsync(wrong));
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed));
    }

    [Test]
    public async Task Verification_can_be_switched_off_by_the_uri()
    {
        await using var server = await TlsServer.StartAsync([1]);
        await using var other = await TlsServer.StartAsync([1]);
        LibvirtTlsOptions wrong = server.Options();
        wrong.CertificateAuthorityPath = other.Options().CertificateAuthorityPath;
        await using Stream stream = await server.ConnectAsync(wrong, "?no_verify=1");
        Assert.That(stream.CanRead, Is.True);
    }

    /// <summary>Takes one TLS client with a certificate of its own authority and sends some bytes.</summary>
    private sealed class TlsServer : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource<string> _clientName = new();
        private Task _serving = Task.CompletedTask;

        public Task<string> ClientName => _clientName.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public static async Task<TlsServer> StartAsync(byte[] verdict)
        {
            var server = new TlsServer();
            using RSA key = RSA.Create(2048);
            var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            using X509Certificate2 authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            await File.WriteAllTextAsync(server._folder.Combine("ca.pem"), authority.ExportCertificatePem());
            X509Certificate2 certificate = await server.IssueAsync(authority, "server", IPAddress.Loopback);
            (await server.IssueAsync(authority, "client", null)).Dispose();
            server._listener.Start();
            server._serving = server.ServeAsync(certificate, verdict);
            return server;
        }

        public LibvirtTlsOptions Options() => new()
        {
            CertificateAuthorityPath = _folder.Combine("ca.pem"),
            ClientCertificatePath = _folder.Combine("client.pem"),
            ClientKeyPath = _folder.Combine("client.key"),
        };

        public Task<Stream> ConnectAsync(LibvirtTlsOptions options, string query = "") => new TlsTransport(options).ConnectAsync(
            LibvirtUri.Parse($"qemu+tls://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/system{query}"), CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
            await _folder.DisposeAsync();
        }

        private async Task<X509Certificate2> IssueAsync(X509Certificate2 authority, string name, IPAddress? address)
        {
            using RSA key = RSA.Create(2048);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            if (address is not null)
            {
                var names = new SubjectAlternativeNameBuilder();
                names.AddIpAddress(address);
                request.CertificateExtensions.Add(names.Build());
            }
            using X509Certificate2 issued = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
            await File.WriteAllTextAsync(_folder.Combine($"{name}.pem"), issued.ExportCertificatePem());
            await File.WriteAllTextAsync(_folder.Combine($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
            return issued.CopyWithPrivateKey(key);
        }

        private async Task ServeAsync(X509Certificate2 certificate, byte[] verdict)
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
