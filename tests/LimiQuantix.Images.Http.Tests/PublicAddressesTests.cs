using System.Net;
using LimiQuantix.Conformance;
using LimiQuantix.Testing;

namespace LimiQuantix.Images.Http.Tests;

internal sealed class PublicAddressesTests
{
    [TestCase("8.8.8.8", true)]
    [TestCase("151.101.2.132", true)]
    [TestCase("2a04:4e42::644", true)]
    [TestCase("127.0.0.1", false)]
    [TestCase("127.255.0.9", false)]
    [TestCase("10.1.2.3", false)]
    [TestCase("172.16.0.1", false)]
    [TestCase("172.32.0.1", true)]
    [TestCase("192.168.1.1", false)]
    [TestCase("100.64.0.1", false)]
    [TestCase("169.254.169.254", false)]
    [TestCase("0.0.0.0", false)]
    [TestCase("224.0.0.1", false)]
    [TestCase("255.255.255.255", false)]
    [TestCase("::1", false)]
    [TestCase("::", false)]
    [TestCase("fe80::1", false)]
    [TestCase("fd00::1", false)]
    [TestCase("ff02::1", false)]
    [TestCase("::ffff:127.0.0.1", false)]
    [TestCase("::ffff:8.8.8.8", true)]
    [TestCase("64:ff9b::7f00:1", false)]
    [TestCase("2002:7f00:1::", false)]
    public void An_address_is_public_or_not(string address, bool isPublic) =>
        Assert.That(PublicAddresses.Contains(IPAddress.Parse(address)), Is.EqualTo(isPublic));

    [TestCase("127.0.0.1")]
    [TestCase("localhost")]
    [TestCase("2130706433")]
    [TestCase("0x7f.1")]
    public async Task A_private_address_is_not_connected_to_however_it_is_written(string host)
    {
        await using var server = FileServer.Start();
        server.Add("disk.img", [1]);
        await using var source = Sources.Open(options => options.AllowPrivateAddresses = false);

        var error = await Sources.FailAsync(() => source.ProbeAsync(new Uri($"http://{host}:{server.BaseAddress.Port}/disk.img")));

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.PermissionDenied));
        Assert.That(server.RequestCount, Is.Zero);
    }
}
