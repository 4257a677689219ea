using LimiQuantix.Testing;

namespace LimiQuantix.Rfb.Tests.Integration;

/// <summary>QEMU's VNC server with a password.</summary>
[Category("Integration")]
internal sealed class QemuPasswordTests
{
    [TestCase("s3cret")]
    [TestCase("eight888-and-what-follows")]
    public async Task Right_password_is_let_in_and_a_wrong_one_is_not(string password)
    {
        await using var qemu = await QemuConsole.StartAsync(password);

        await using (var client = await RfbClient.ConnectAsync(await qemu.OpenVncAsync(), new RfbClientOptions { Password = password }))
        {
            Assert.That(client.SecurityType, Is.EqualTo(RfbSecurityType.VncAuthentication));
            var (_, _, pixels) = await qemu.ScreendumpAsync();
            Assert.That((await client.CaptureAsync()).Pixels.ToArray(), Is.EqualTo(pixels));
        }

        var wrong = await Assert.ThrowsAsync<RfbException>(async () => await RfbClient.ConnectAsync(await qemu.OpenVncAsync(), new RfbClientOptions { Password = "wrong" }));
        var none = await Assert.ThrowsAsync<RfbException>(async () => await RfbClient.ConnectAsync(await qemu.OpenVncAsync()));
        Assert.That((wrong?.Code, none?.Code), Is.EqualTo((RfbErrorCode.AuthenticationFailed, RfbErrorCode.PasswordRequired)));
    }
}
