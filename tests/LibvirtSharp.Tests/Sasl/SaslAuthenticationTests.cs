using System.Net;
using System.Text;
using LibvirtSharp.Protocol;
using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests.Sasl;

internal sealed class SaslAuthenticationTests
{
    [Test]
    public async Task Plain_password_goes_to_a_local_server_that_asks_for_it()
    {
        await using FakeServer server = Asking("PLAIN");
        string? sent = null;
        server.On(RemoteProcedure.AuthSaslStart, call =>
        {
            var reader = new LibvirtSharp.Xdr.XdrReader(call.Payload);
            string mechanism = reader.String(100);
            reader.Int();
            sent = mechanism + Encoding.UTF8.GetString(reader.Chars(1000));
            return call.ReplyAsync(w => { w.Int(1); w.Int(1); w.Chars([], 100); });
        });
        await using LibvirtConnection connection = await server.ConnectAsync(options => options.Credential = new NetworkCredential("me", "secret"));
        Assert.That(sent, Is.EqualTo("PLAIN\0me\0secret"));
        Assert.That(await connection.GetHostnameAsync(), Is.EqualTo("fake"));
    }

    [Test]
    public async Task Server_that_ends_scram_without_its_proof_is_refused()
    {
        await using FakeServer server = Asking("SCRAM-SHA-256");
        server.On(RemoteProcedure.AuthSaslStart, call => call.ReplyAsync(w => { w.Int(1); w.Int(1); w.Chars([], 100); }));
        LibvirtException error = await Failure.OfAsync(() => server.ConnectAsync(options => options.Credential = new NetworkCredential("me", "secret")));
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthFailed));
    }

    [Test]
    public async Task Missing_credential_is_named()
    {
        await using FakeServer server = Asking("SCRAM-SHA-256");
        LibvirtException error = await Failure.OfAsync(() => server.ConnectAsync());
        Assert.That(error.Message, Does.Contain("Credential"));
    }

    [Test]
    public async Task Unknown_kind_of_authentication_is_refused()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.AuthList, call => call.ReplyAsync(w => { w.UInt(1); w.Int(9); }));
        LibvirtException error = await Failure.OfAsync(() => server.ConnectAsync());
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthUnavailable));
    }

    private static FakeServer Asking(string mechanisms)
    {
        var server = new FakeServer();
        server.On(RemoteProcedure.AuthList, call => call.ReplyAsync(w => { w.UInt(1); w.Int(1); }));
        server.On(RemoteProcedure.AuthSaslInit, call => call.ReplyAsync(w => w.String(mechanisms, 100)));
        return server;
    }
}
