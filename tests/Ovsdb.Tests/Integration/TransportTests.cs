using System.Net;
using System.Net.Sockets;
using LimiQuantix.Testing;
using Ovsdb.OvnNorthbound;
using Ovsdb.Tests.Support;

namespace Ovsdb.Tests.Integration;

[Category("Integration")]
internal sealed class TransportTests
{
    [Test]
    public async Task Tcp_is_reached_by_name_and_address()
    {
        int port = FreePort();
        await using OvsdbServer server = await OvsdbServer.StartAsync("ovn-nb.ovsschema", $"--remote=ptcp:{port}:127.0.0.1");
        foreach (string host in new[] { "127.0.0.1", "localhost" })
        {
            await using OvsdbClient client = await OvsdbClient.ConnectAsync($"tcp:{host}:{port}", Northbound.Schema);
            await client.EchoAsync();
        }
    }

    [Test]
    public async Task Relay_serves_whoever_does_not_ask_for_a_leader()
    {
        await using OvsdbServer source = await OvsdbServer.StartAsync();
        await using OvsdbServer relay = await OvsdbServer.StartRelayAsync(source, "OVN_Northbound");
        OvsdbClientOptions options = relay.Options(Northbound.Schema);
        options.LeaderOnly = false;
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(options);
        await using OvsdbReplica replica = await client.ReplicateAsync();
        var transaction = new OvsdbTransaction();
        Guid made = transaction.Insert(new LogicalSwitch { Name = "through" });
        Guid id = (await client.TransactAsync(transaction)).UuidOf(made);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await replica.WaitAsync(now => now.Table<LogicalSwitch>().Find(id) is not null, late.Token);

        options.LeaderOnly = true;
        options.CallTimeout = TimeSpan.FromSeconds(1);
        Assert.That((await Assert.ThrowsAsync<OvsdbException>(() => OvsdbClient.ConnectAsync(options)))!.Message, Does.Contain("it is a relay").And.Contain("LeaderOnly = false"));
    }

    [Test]
    public async Task Tls_takes_the_right_authority_and_certificate_and_no_other()
    {
        string openssl = Requires.Tool("openssl");
        await using var pki = new TemporaryFolder();
        foreach (string authority in new[] { "ca", "other" })
            await Command.OutputAsync(openssl, ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", pki.Combine($"{authority}.key"), "-out", pki.Combine($"{authority}.pem"), "-days", "2", "-subj", $"/CN={authority}"]);
        foreach (string who in new[] { "server", "client" })
        {
            await Command.OutputAsync(openssl, ["req", "-newkey", "rsa:2048", "-nodes", "-keyout", pki.Combine($"{who}.key"), "-out", pki.Combine($"{who}.csr"), "-subj", $"/CN={who} id:1234"]);
            await Command.OutputAsync(openssl, ["x509", "-req", "-in", pki.Combine($"{who}.csr"), "-CA", pki.Combine("ca.pem"), "-CAkey", pki.Combine("ca.key"), "-CAcreateserial", "-out", pki.Combine($"{who}.pem"), "-days", "2"]);
        }

        int port = FreePort();
        await using OvsdbServer server = await OvsdbServer.StartAsync(
            "ovn-nb.ovsschema", $"--remote=pssl:{port}:127.0.0.1", $"--private-key={pki.Combine("server.key")}", $"--certificate={pki.Combine("server.pem")}", $"--ca-cert={pki.Combine("ca.pem")}");
        OvsdbClientOptions Options() => new()
        {
            Endpoints = $"ssl:127.0.0.1:{port}",
            Schema = Northbound.Schema,
            CallTimeout = TimeSpan.FromSeconds(10),
            Tls = { CertificateAuthorityPath = pki.Combine("ca.pem"), ClientCertificatePath = pki.Combine("client.pem"), ClientKeyPath = pki.Combine("client.key") },
        };
        await using (OvsdbClient client = await OvsdbClient.ConnectAsync(Options()))
        {
            await using OvsdbReplica replica = await client.ReplicateAsync();
            var transaction = new OvsdbTransaction();
            for (int i = 0; i < 2000; i++)
                transaction.Insert(new AddressSet { Name = $"a{i}" });
            await client.TransactAsync(transaction);
            Assert.That(replica.Current.Table<AddressSet>(), Has.Count.EqualTo(2000));
        }

        OvsdbClientOptions foreign = Options();
        foreign.Tls.CertificateAuthorityPath = pki.Combine("other.pem");
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => OvsdbClient.ConnectAsync(foreign)))!;
        Assert.That(error.Kind, Is.EqualTo(OvsdbErrorKind.Connection));
        Assert.That(error.Message, Does.Contain("Tls"));

        OvsdbClientOptions named = Options();
        named.Tls.CheckHostName = true;
        Assert.That((await Assert.ThrowsAsync<OvsdbException>(() => OvsdbClient.ConnectAsync(named)))!.Kind, Is.EqualTo(OvsdbErrorKind.Connection));

        OvsdbClientOptions nobody = Options();
        nobody.Tls.ClientCertificatePath = null;
        Assert.That((await Assert.ThrowsAsync<OvsdbException>(() => OvsdbClient.ConnectAsync(nobody)))!.Kind, Is.EqualTo(OvsdbErrorKind.Connection).Or.EqualTo(OvsdbErrorKind.Deadline));

        OvsdbClientOptions absent = Options();
        absent.Tls.CertificateAuthorityPath = pki.Combine("absent.pem");
        Assert.That((await Assert.ThrowsAsync<OvsdbException>(() => OvsdbClient.ConnectAsync(absent)))!.Message, Does.Contain("absent.pem"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
