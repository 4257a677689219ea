using System.Net;
using System.Net.Sockets;
using LimiQuantix.Rfb.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Rfb.Tests.Integration;

/// <summary>QEMU's VNC server with TLS and SASL.</summary>
[Category("Integration")]
internal sealed class QemuSecurityTests
{
    private const string User = "somebody";
    private const string Password = "a pass, word=";

    private ServerCertificates? _certificates;

    private ServerCertificates Certificates => _certificates!;

    [OneTimeSetUp]
    public void MakeCertificates() => _certificates = new ServerCertificates();

    [OneTimeTearDown]
    public async Task RemoveCertificatesAsync() => await _certificates!.DisposeAsync();

    [TestCase(null, RfbVeNCryptType.X509None)]
    [TestCase("s3cret", RfbVeNCryptType.X509Vnc)]
    public async Task Tls_with_a_certificate_shows_the_screen_and_to_nobody_who_does_not_trust_it(string? password, RfbVeNCryptType type)
    {
        await using var qemu = await QemuConsole.StartAsync(password, options: new() { Vnc = ",tls-creds=tls0", Arguments = ["-object", X509] });

        await using (var client = await RfbClient.ConnectAsync(await qemu.OpenVncAsync(), new RfbClientOptions { Password = password, Tls = Certificates.Trusted }))
        {
            Assert.That((client.SecurityType, client.VeNCryptType), Is.EqualTo((RfbSecurityType.VeNCrypt, (RfbVeNCryptType?)type)));
            var (_, _, pixels) = await qemu.ScreendumpAsync();
            Assert.That((await client.CaptureAsync()).Pixels.ToArray(), Is.EqualTo(pixels));
        }

        var otherName = Certificates.Trusted;
        otherName.TargetHost = "another.example.org";
        foreach (var tls in new[] { otherName, new RfbTlsOptions { TargetHost = ServerCertificates.Host }, new RfbTlsOptions() })
        {
            var error = await Assert.ThrowsAsync<RfbException>(async () => await RfbClient.ConnectAsync(await qemu.OpenVncAsync(), new RfbClientOptions { Password = password, Tls = tls }));
            Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.TlsFailed));
        }
    }

    [TestCase(null, RfbVeNCryptType.TlsNone)]
    [TestCase("s3cret", RfbVeNCryptType.TlsVnc)]
    public async Task Tls_without_a_certificate_is_spoken_only_when_it_is_allowed(string? password, RfbVeNCryptType type)
    {
        await using var qemu = await QemuConsole.StartAsync(password, options: new() { Vnc = ",tls-creds=tls0", Arguments = ["-object", "tls-creds-anon,id=tls0,endpoint=server"] });
        var options = new RfbClientOptions { Password = password, Tls = { AllowAnonymous = true, Required = true } };

        await using var client = await RfbClient.ConnectAsync(await qemu.OpenVncAsync(), options);

        Assert.That(client.VeNCryptType, Is.EqualTo(type));
        var (_, _, pixels) = await qemu.ScreendumpAsync();
        Assert.That((await client.CaptureAsync()).Pixels.ToArray(), Is.EqualTo(pixels));
        var refused = await Assert.ThrowsAsync<RfbException>(async () => await RfbClient.ConnectAsync(await qemu.OpenVncAsync(), new RfbClientOptions { Password = password }));
        Assert.That((refused?.Code, refused?.Message), Is.EqualTo((RfbErrorCode.UnsupportedSecurity, refused?.Message)));
        Assert.That(refused?.Message, Does.Contain("AllowAnonymous"));
    }

    // QEMU has SASL on TCP only, and without TLS it wants a mechanism that encrypts by itself.
    [TestCase("scram-sha-256")]
    [TestCase("scram-sha-1")]
    [TestCase("plain")]
    public async Task Sasl_lets_in_who_knows_the_password_and_nobody_else(string mechanism)
    {
        await using var folder = new TemporaryFolder();
        var passwords = folder.Combine("passwords.db");
        await Command.OutputAsync("/bin/sh", ["-c", $"printf '%s' '{Password}' | {Requires.Tool("saslpasswd2")} -p -c -f {passwords} -a qemu {User}"]);
        await File.WriteAllTextAsync(folder.Combine("qemu.conf"), $"mech_list: {mechanism}\nsasldb_path: {passwords}\n");
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await using var qemu = await QemuConsole.StartAsync(options: new()
        {
            VncAddress = $"127.0.0.1:{port - 5900}",
            Vnc = ",sasl=on,tls-creds=tls0",
            Arguments = ["-object", X509],
            Environment = new Dictionary<string, string> { ["SASL_CONF_PATH"] = folder.Path },
        });
        async Task<RfbClient> ConnectAsync(string? password)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", port);
            return await RfbClient.ConnectAsync(new NetworkStream(socket, ownsSocket: true), new RfbClientOptions { UserName = User, Password = password, Tls = Certificates.Trusted });
        }

        await using (var client = await ConnectAsync(Password))
        {
            // Servers disagree about which number is which; either way it is SASL within TLS with a certificate.
            Assert.That(client.VeNCryptType, Is.EqualTo(RfbVeNCryptType.X509Sasl).Or.EqualTo(RfbVeNCryptType.TlsSasl));
            var (_, _, pixels) = await qemu.ScreendumpAsync();
            Assert.That((await client.CaptureAsync()).Pixels.ToArray(), Is.EqualTo(pixels));
        }
        var wrong = await Assert.ThrowsAsync<RfbException>(() => ConnectAsync("wrong"));
        var none = await Assert.ThrowsAsync<RfbException>(() => ConnectAsync(null));
        Assert.That((wrong?.Code, none?.Code), Is.EqualTo((RfbErrorCode.AuthenticationFailed, RfbErrorCode.PasswordRequired)), $"{wrong?.Message} | {none?.Message}");
    }

    private string X509 => $"tls-creds-x509,id=tls0,dir={Certificates.Path},endpoint=server,verify-peer=off";
}
