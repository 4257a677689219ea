using Netlink.Tests.Support;

namespace Netlink.Tests.Integration;

[Category("Integration")]
internal sealed class TapTests
{
    [Test]
    public async Task Tap_is_made_with_its_owner_in_the_namespace_and_carries_frames()
    {
        await using Scene scene = await Scene.CreateAsync();
        using (TapDevice tap = await TapDevice.OpenAsync(new TapOptions { Name = "tap%d", Owner = 1234, Group = 77, VirtioHeader = true }, scene.Namespace))
        {
            Link link = await scene.Connection.Links.GetAsync(tap.Name);
            Assert.That(tap.Name, Is.EqualTo("tap0"));
            Assert.That(link.Kind, Is.EqualTo(new Tun { IsTap = true, Owner = 1234, Group = 77, VirtioHeader = true }));
            Assert.That(await scene.IpAsync("-d tuntap list"), Does.Contain("tap0: tap vnet_hdr user 1234 group 77"));
        }
        Assert.That(await scene.Connection.Links.FindAsync("tap0"), Is.Null);

        using TapDevice plain = await TapDevice.OpenAsync(new TapOptions { Name = "t1" }, scene.Namespace);
        await scene.Connection.Links.SetAsync("t1", new LinkSpec { Up = true });
        byte[] frame = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 0, 9, 0x88, 0xB5, .. new byte[50]];
        await using var stream = new FileStream(plain.Handle, FileAccess.ReadWrite, 0);
        stream.Write(frame);
        Assert.That((await scene.Connection.Links.GetAsync("t1")).Statistics!.ReceivedBytes, Is.EqualTo(64));
        Assert.That(() => TapDevice.OpenAsync(new TapOptions { Name = "t1" }, scene.Namespace), Throws.InstanceOf<NetlinkException>().With.Property("Kind").EqualTo(NetlinkErrorKind.Busy).And.Message.Contains("TUNSETIFF t1"));
    }

    [Test]
    public async Task Persistent_tap_stays_until_it_is_deleted()
    {
        await using Scene scene = await Scene.CreateAsync();
        (await TapDevice.OpenAsync(new TapOptions { Name = "keep", Persistent = true, MultiQueue = true }, scene.Namespace)).Dispose();

        Assert.That((await scene.Connection.Links.GetAsync("keep")).Kind, Is.InstanceOf<Tun>().With.Property("Persistent").True.And.Property("MultiQueue").True);
        using (TapDevice first = await TapDevice.OpenAsync(new TapOptions { Name = "keep", MultiQueue = true }, scene.Namespace))
        using (TapDevice second = await TapDevice.OpenAsync(new TapOptions { Name = "keep", MultiQueue = true }, scene.Namespace))
            Assert.That(second.Name, Is.EqualTo(first.Name));
        await scene.Connection.Links.DeleteAsync("keep");
        Assert.That(await scene.Connection.Links.FindAsync("keep"), Is.Null);
    }
}
