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

        var error = await Sources.FailAsync(() => source.ProbeAsync($"http://{host}:{server.BaseAddress.Port}/disk.img"));

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.PermissionDenied));
        Assert.That(server.RequestCount, Is.Zero);
    }

    [Test]
    public async Task A_location_that_is_not_trusted_reaches_no_private_address_not_even_by_a_connection_that_is_open()
    {
        await using var server = FileServer.Start();
        var file = server.Add("disk.img", [1]);
        await using var source = Sources.Open();
        // Names it by another name, too: this machine's own resolver says what it is.
        string[] locations = [file.Url, $"http://localhost:{server.BaseAddress.Port}/disk.img"];
        foreach (var location in locations) await source.ProbeAsync(new ProbeImageRequest { Location = location, Trust = LocationTrust.Trusted });
        var trusted = server.RequestCount;

        foreach (var location in locations)
        {
            foreach (var trust in new[] { LocationTrust.Untrusted, LocationTrust.Unknown })
            {
                Assert.That(
                    (await Sources.FailAsync(() => source.ProbeAsync(new ProbeImageRequest { Location = location, Trust = trust }))).Code,
                    Is.EqualTo(ErrorCodes.PermissionDenied));
                Assert.That(
                    (await Sources.FailAsync(() => source.OpenAsync(new ImageRangeRequest { Location = location, Trust = trust }))).Code,
                    Is.EqualTo(ErrorCodes.PermissionDenied));
            }
        }

        Assert.That(server.RequestCount, Is.EqualTo(trusted));
    }

    [TestCase("localhost", true)]
    [TestCase("mirror.LOCALHOST.", true)]
    [TestCase("[::1]", true)]
    [TestCase("192.168.7.1", true)]
    [TestCase("8.8.8.8", false)]
    [TestCase("images.example", false)]
    public void What_can_be_seen_not_to_be_public_is_seen(string host, bool isSeen) => Assert.That(PublicAddresses.IsKnownNotPublic(host), Is.EqualTo(isSeen));
}
