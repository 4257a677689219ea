using System.Text;
using LimiQuantix.Rfb.Security;
using LimiQuantix.Rfb.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Rfb.Tests;

internal sealed class RfbHandshakeTests
{
    private static readonly byte[] Challenge = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    [TestCase("RFB 003.008\n", "RFB 003.008\n", RfbProtocolVersion.Version38)]
    [TestCase("RFB 003.889\n", "RFB 003.003\n", RfbProtocolVersion.Version33)]
    [TestCase("RFB 003.007\n", "RFB 003.007\n", RfbProtocolVersion.Version37)]
    [TestCase("RFB 003.003\n", "RFB 003.003\n", RfbProtocolVersion.Version33)]
    [TestCase("RFB 003.005\n", "RFB 003.003\n", RfbProtocolVersion.Version33)]
    [TestCase("RFB 004.001\n", "RFB 003.008\n", RfbProtocolVersion.Version38)]
    public async Task Client_answers_with_the_version_both_have(string server, string client, RfbProtocolVersion version)
    {
        var script = new ServerScript().Text(server);
        script = version switch
        {
            RfbProtocolVersion.Version33 => script.UInt32(1),
            RfbProtocolVersion.Version37 => script.Byte(2, 16, 1),
            _ => script.Byte(2, 16, 1).UInt32(0),
        };
        await using var stream = new ScriptedStream(script.ServerInit(800, 600, "büro").Bytes, pieceSize: 1);

        await using var connected = await RfbClient.ConnectAsync(stream);

        Assert.That(connected.ProtocolVersion, Is.EqualTo(version));
        Assert.That(connected.SecurityType, Is.EqualTo(RfbSecurityType.None));
        Assert.That((connected.Width, connected.Height), Is.EqualTo((800, 600)));
        Assert.That(Encoding.ASCII.GetString(stream.Sent.AsSpan(0, 12)), Is.EqualTo(client));
    }

    [TestCase(RfbProtocolVersion.Version33)]
    [TestCase(RfbProtocolVersion.Version37)]
    [TestCase(RfbProtocolVersion.Version38)]
    public async Task Password_answers_the_challenge(RfbProtocolVersion version)
    {
        var script = new ServerScript().Text($"RFB 003.{(int)version:000}\n");
        script = version == RfbProtocolVersion.Version33 ? script.UInt32(2) : script.Byte(2, 1, 2);
        await using var stream = new ScriptedStream(script.Byte(Challenge).UInt32(0).ServerInit(8, 8, "").Bytes);

        await using var connected = await RfbClient.ConnectAsync(stream, new RfbClientOptions { Password = "secret" });

        Assert.That(connected.SecurityType, Is.EqualTo(RfbSecurityType.VncAuthentication));
        var answer = version == RfbProtocolVersion.Version33 ? stream.Sent[12..28] : stream.Sent[13..29];
        Assert.That(answer, Is.EqualTo(VncAuthentication.Respond(Challenge, "secret")));
    }

    [Test]
    public async Task Refusals_carry_the_server_s_reason()
    {
        var refused33 = new ServerScript().Text("RFB 003.003\n").UInt32(0).Counted("go away");
        var refused38 = new ServerScript().Text("RFB 003.008\n").Byte(0).Counted("too many");
        var rejected38 = new ServerScript().Text("RFB 003.008\n").Byte(1, 2).Byte(Challenge).UInt32(1).Counted("bad password");
        var rejected37 = new ServerScript().Text("RFB 003.007\n").Byte(1, 2).Byte(Challenge).UInt32(1);

        await AssertFailsAsync(refused33, RfbErrorCode.Refused, "go away");
        await AssertFailsAsync(refused38, RfbErrorCode.Refused, "too many");
        await AssertFailsAsync(rejected38, RfbErrorCode.AuthenticationFailed, "bad password");
        await AssertFailsAsync(rejected37, RfbErrorCode.AuthenticationFailed, "rejected");
    }

    [TestCase("SSH-2.0-Open", RfbErrorCode.UnsupportedVersion)]
    [TestCase("RFB 003.00x\n", RfbErrorCode.UnsupportedVersion)]
    [TestCase("RFB 002.009\n", RfbErrorCode.UnsupportedVersion)]
    [TestCase("RFB 003.002\n", RfbErrorCode.UnsupportedVersion)]
    [TestCase("RFB 003.0", RfbErrorCode.ConnectionClosed)]
    [TestCase("", RfbErrorCode.ConnectionClosed)]
    public Task What_is_no_rfb_server_is_refused(string greeting, RfbErrorCode code) => AssertFailsAsync(new ServerScript().Text(greeting), code, "");

    [Test]
    public Task Password_is_demanded_when_none_was_given() =>
        AssertFailsAsync(new ServerScript().Text("RFB 003.008\n").Byte(1, 2), RfbErrorCode.PasswordRequired, "password", new RfbClientOptions());

    [Test]
    public async Task Security_types_this_client_lacks_are_named()
    {
        await AssertFailsAsync(new ServerScript().Text("RFB 003.008\n").Byte(2, 5, 30), RfbErrorCode.UnsupportedSecurity, "5, 30");
        await AssertFailsAsync(new ServerScript().Text("RFB 003.003\n").UInt32(30), RfbErrorCode.UnsupportedSecurity, "30");
    }

    [Test]
    public async Task Server_init_beyond_the_limits_is_refused()
    {
        await AssertFailsAsync(ServerScript.Connected(65535, 65535), RfbErrorCode.LimitExceeded, "65535");
    }

    [TestCase(24, 24)]
    [TestCase(32, 40)]
    [TestCase(0, 0)]
    public async Task Servers_own_pixel_format_does_not_matter_as_the_client_s_replaces_it(byte bitsPerPixel, byte depth)
    {
        var script = new ServerScript().Text("RFB 003.008\n").Byte(1, 1).UInt32(0).UInt16(8, 8)
            .Byte(bitsPerPixel, depth, 0, 1).UInt16(255, 255, 255).Byte(16, 8, 0, 0, 0, 0).Counted("");

        await using var stream = new ScriptedStream(script.Update(1).Solid(0, 0, 8, 8, 0x123456).Bytes);
        await using var client = await RfbClient.ConnectAsync(stream);

        Assert.That((await client.CaptureAsync()).Pixels.ToArray(), Is.All.EqualTo(0xFF123456));
    }

    [Test]
    public async Task Longer_texts_than_the_limit_are_cut_and_end_nothing()
    {
        var options = new RfbClientOptions { Password = "x", Limits = { MaxTextBytes = 4 } };
        await using var stream = new ScriptedStream(ServerScript.Connected(1, 1, "a long name").Bytes);

        await using var client = await RfbClient.ConnectAsync(stream, options);

        Assert.That(client.DesktopName, Is.EqualTo("a lo"));
        await AssertFailsAsync(new ServerScript().Text("RFB 003.008\n").Byte(0).Counted("too many"), RfbErrorCode.Refused, ": too", options);
    }

    [Test]
    public async Task Refusal_without_a_reason_is_still_the_refusal()
    {
        // Each ends, or falls silent, where the reason should come.
        var rejected = new ServerScript().Text("RFB 003.008\n").Byte(1, 2).Byte(Challenge).UInt32(1);
        var tooMany = new ServerScript().Text("RFB 003.008\n").Byte(1, 2).Byte(Challenge).UInt32(2);
        var cut = new ServerScript().Text("RFB 003.008\n").Byte(1, 2).Byte(Challenge).UInt32(1).UInt32(100).Text("beca");
        var hungUp = new ServerScript().Text("RFB 003.008\n").Byte(1, 2).Byte(Challenge);
        var empty = new ServerScript().Text("RFB 003.008\n").Byte(1, 2).Byte(Challenge).UInt32(1).UInt32(0);
        var refused33 = new ServerScript().Text("RFB 003.003\n").UInt32(0);
        var refused38 = new ServerScript().Text("RFB 003.008\n").Byte(0);
        var none = new ServerScript().Text("RFB 003.008\n").Byte(1, 1).UInt32(1);

        foreach (var script in new[] { rejected, tooMany, cut, empty })
            await AssertFailsAsync(script, RfbErrorCode.AuthenticationFailed, "rejected the password and gave no reason");
        await AssertFailsAsync(hungUp, RfbErrorCode.AuthenticationFailed, "closed the connection in answer");
        foreach (var script in new[] { refused33, refused38, none })
            await AssertFailsAsync(script, RfbErrorCode.Refused, "refused the connection and gave no reason");
    }

    [Test]
    public async Task Reason_that_does_not_come_is_not_waited_for()
    {
        var time = new FakeTimeProvider();
        await using var stream = new ScriptedStream(new ServerScript().Text("RFB 003.008\n").Byte(1, 2).Byte(Challenge).UInt32(1).Bytes, silentAtEnd: true);
        var connecting = RfbClient.ConnectAsync(stream, new RfbClientOptions { Password = "x", TimeProvider = time });

        time.Advance(TimeSpan.FromSeconds(3));

        var error = await Assert.ThrowsAsync<RfbException>(() => connecting);
        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.AuthenticationFailed));
    }

    [Test]
    public async Task Client_sends_init_format_and_encodings_once_connected()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(8, 8).Bytes);
        var options = new RfbClientOptions { Shared = false, Encodings = [RfbEncoding.Hextile, RfbEncoding.Raw], PixelFormat = RfbPixelFormat.Rgb565, Features = RfbFeatures.None };

        await using var connected = await RfbClient.ConnectAsync(stream, options);

        Assert.That(stream.Sent[12..], Is.EqualTo(new byte[]
        {
            1, 0, // None, not shared
            0, 0, 0, 0, 16, 16, 0, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0, 0, 0, 0, // SetPixelFormat
            2, 0, 0, 5, 0, 0, 0, 5, 0, 0, 0, 0, // SetEncodings: Hextile, Raw,
            0xFF, 0xFF, 0xFF, 0x21, 0xFF, 0xFF, 0xFF, 0x20, 0xFF, 0xFF, 0xFE, 0xCD, // -223, -224, -307
        }));
    }

    [Test]
    public async Task Authentication_alone_stops_before_client_init()
    {
        await using var stream = new ScriptedStream(new ServerScript().Text("RFB 003.008\n").Byte(1, 1).UInt32(0).Bytes, silentAtEnd: true);

        var version = await RfbAuthentication.AuthenticateAsync(stream);

        Assert.That(version, Is.EqualTo(RfbProtocolVersion.Version38));
        Assert.That(stream.Sent, Is.EqualTo("RFB 003.008\n\u0001"u8.ToArray()));
        Assert.That(stream.Disposed, Is.False);
    }

    [Test]
    public async Task Authentication_alone_refuses_a_server_that_goes_on_unasked()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(8, 8).Bytes);

        var error = await Assert.ThrowsAsync<RfbException>(() => RfbAuthentication.AuthenticateAsync(stream));

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ProtocolViolation));
    }

    private static async Task AssertFailsAsync(ServerScript script, RfbErrorCode code, string message, RfbClientOptions? options = null)
    {
        await using var stream = new ScriptedStream(script.Bytes);

        var error = await Assert.ThrowsAsync<RfbException>(() => RfbClient.ConnectAsync(stream, options ?? new RfbClientOptions { Password = "x" }));

        Assert.That(error?.Code, Is.EqualTo(code));
        Assert.That(error?.Message, Does.Contain(message));
        Assert.That(stream.Disposed, "the client owns the stream");
    }
}
