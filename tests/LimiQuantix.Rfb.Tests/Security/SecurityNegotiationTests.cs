using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Security;

internal sealed class SecurityNegotiationTests
{
    private const string Version = "RFB 003.008\n";

    [TestCase(new byte[] { 1, 2 }, null, null, (byte)1)]
    [TestCase(new byte[] { 1, 2 }, null, "p", (byte)2)]
    [TestCase(new byte[] { 19, 2, 1 }, null, null, (byte)1, Description = "TLS is not spoken unasked while there is another way")]
    [TestCase(new byte[] { 1, 20 }, "u", "p", (byte)20)]
    [TestCase(new byte[] { 2, 20 }, null, "p", (byte)2)]
    [TestCase(new byte[] { 30, 33, 2, 35 }, null, "p", (byte)2)]
    public async Task Best_type_that_fits_what_was_given_is_chosen(byte[] offered, string? user, string? password, byte chosen)
    {
        await using var stream = new ScriptedStream(new ServerScript().Text(Version).Byte((byte)offered.Length).Byte(offered).Bytes);

        await Assert.ThrowsAsync<RfbException>(() => RfbClient.ConnectAsync(stream, new RfbClientOptions { UserName = user, Password = password }));

        Assert.That(stream.Sent[12], Is.EqualTo(chosen));
    }

    [Test]
    public async Task Server_without_tls_is_refused_where_tls_is_required()
    {
        var error = await ErrorAsync(new ServerScript().Text(Version).Byte(2, 1, 2), new RfbClientOptions { Password = "p", Tls = { Required = true } });

        Assert.That((error.Code, error.Message.Contains("required", StringComparison.Ordinal)), Is.EqualTo((RfbErrorCode.UnsupportedSecurity, true)));
    }

    [Test]
    public async Task Bytes_before_tls_are_refused()
    {
        // What a man in the middle puts before the handshake would be read after it.
        var script = new ServerScript().Text(Version).Byte(1, 19).Byte(0, 2, 0, 1).UInt32(260).Byte(1).UInt32(0);

        var error = await ErrorAsync(script, new RfbClientOptions { Tls = { TargetHost = "x" } });

        Assert.That(error.Code, Is.EqualTo(RfbErrorCode.ProtocolViolation));
    }

    [Test]
    public async Task Tls_is_not_put_upon_a_stream_that_its_owner_goes_on_with()
    {
        await using var stream = new ScriptedStream(new ServerScript().Text(Version).Byte(1, 19).Bytes);
        var error = await Assert.ThrowsAsync<RfbException>(() => RfbAuthentication.AuthenticateAsync(stream, new RfbClientOptions { Tls = { TargetHost = "x" } }));
        Assert.That((error?.Code, stream.Disposed), Is.EqualTo((RfbErrorCode.UnsupportedSecurity, false)));

        await using var other = new ScriptedStream(new ServerScript().Text(Version).Byte(2, 19, 1).UInt32(0).Bytes);
        var logOn = await RfbAuthentication.LogOnAsync(other);
        Assert.That((logOn.Stream, logOn.SecurityType), Is.EqualTo(((Stream)other, RfbSecurityType.None)));
    }

    [TestCase(263)]
    [TestCase(264)]
    public async Task Both_numbers_of_sasl_within_tls_mean_tls_with_a_certificate(int number)
    {
        await using var stream = new ScriptedStream(new ServerScript().Text(Version).Byte(1, 19).Byte(0, 2, 0, 1).UInt32((uint)number).Byte(1).Bytes);

        var error = await Assert.ThrowsAsync<RfbException>(
            () => RfbClient.ConnectAsync(stream, new RfbClientOptions { UserName = "u", Password = "p", Tls = { TargetHost = "x" } }));

        // The choice, and then the beginning of a TLS handshake (22, 3), which the script does not go on with.
        Assert.That(stream.Sent[15..21], Is.EqualTo(new byte[] { 0, 0, 1, (byte)(number - 256), 22, 3 }));
        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.TlsFailed));
    }

    [Test]
    public async Task Types_that_cannot_be_used_are_told_with_what_they_need()
    {
        foreach (var (types, needs) in new (uint[], string)[] { ([261], "password"), ([262], "user"), ([257], "AllowAnonymous"), ([256], "private"), ([999], "999"), ([], "()") })
        {
            var script = new ServerScript().Text(Version).Byte(1, 19).Byte(0, 2, 0, (byte)types.Length);
            foreach (var type in types)
                script.UInt32(type);

            var error = await ErrorAsync(script, new RfbClientOptions());

            Assert.That(error.Code, Is.EqualTo(RfbErrorCode.UnsupportedSecurity));
            Assert.That(error.Message, Does.Contain(needs));
        }
    }

    [Test]
    public async Task Password_is_not_sent_where_others_may_hear()
    {
        var sasl = new ServerScript().Text(Version).Byte(1, 20).Counted("PLAIN");
        var plain = new ServerScript().Text(Version).Byte(1, 19).Byte(0, 2, 0, 1).UInt32(256).UInt32(0).ServerInit(1, 1, "");

        foreach (var script in new[] { sasl, plain })
        {
            await using var stream = new ScriptedStream(script.Bytes);
            var error = await Assert.ThrowsAsync<RfbException>(() => RfbClient.ConnectAsync(stream, new RfbClientOptions { UserName = "somebody", Password = "secret" }));
            Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.UnsupportedSecurity));
            Assert.That(stream.Sent.AsSpan().IndexOf("secret"u8), Is.Negative);
        }

        await using var hidden = new ScriptedStream(plain.Bytes);
        await using var client = await RfbClient.ConnectAsync(hidden, new RfbClientOptions { UserName = "somebody", Password = "secret", IsStreamPrivate = true });
        Assert.That(client.VeNCryptType, Is.EqualTo(RfbVeNCryptType.Plain));
        Assert.That(hidden.Sent.AsSpan().IndexOf((byte[])[0, 0, 0, 8, 0, 0, 0, 6, .. "somebodysecret"u8]), Is.Positive);
    }

    [Test]
    public async Task Server_that_does_not_prove_itself_is_refused()
    {
        // It says that all is well without a word of SCRAM, and then with a wrong one.
        var silent = new ServerScript().Text(Version).Byte(1, 20).Counted("SCRAM-SHA-256").UInt32(0).Byte(1).UInt32(0).ServerInit(1, 1, "");
        var endless = new ServerScript().Text(Version).Byte(1, 20).Counted("SCRAM-SHA-1").Counted("r=x,s=AAAA,i=1000000000\0").Byte(0);
        var list = new ServerScript().Text(Version).Byte(1, 20).UInt32(1 << 20);

        Assert.That((await ErrorAsync(silent, Options)).Code, Is.EqualTo(RfbErrorCode.AuthenticationFailed));
        Assert.That((await ErrorAsync(endless, Options)).Code, Is.EqualTo(RfbErrorCode.AuthenticationFailed));
        Assert.That((await ErrorAsync(list, Options)).Code, Is.EqualTo(RfbErrorCode.LimitExceeded));
    }

    private static RfbClientOptions Options => new() { UserName = "u", Password = "p" };

    private static async Task<RfbException> ErrorAsync(ServerScript script, RfbClientOptions options)
    {
        await using var stream = new ScriptedStream(script.Bytes);
        return (await Assert.ThrowsAsync<RfbException>(() => RfbClient.ConnectAsync(stream, options)))!;
    }
}
