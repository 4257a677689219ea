using LibvirtSharp.Transports;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Transports;

/// <summary>
/// The socket of a URI. What is expected here is what libvirt 9.0's own client was seen to look for and to connect to, by strace of virsh.
/// </summary>
internal sealed class DaemonSocketTests
{
    [TestCase("qemu:///system?socket=/tmp/a%20b", ExpectedResult = "/tmp/a b")]
    [TestCase("qemu:///system", ExpectedResult = "system/libvirt-sock")]
    [TestCase("qemu:///session", ExpectedResult = "session/libvirt-sock")]
    [TestCase("test:///default", ExpectedResult = "session/libvirt-sock")]
    [TestCase("qemu:///system?mode=direct", ExpectedResult = "system/virtqemud-sock")]
    [TestCase("qemu:///session?mode=direct", ExpectedResult = "session/virtqemud-sock")]
    [TestCase("network:///system?mode=direct", ExpectedResult = "system/virtnetworkd-sock")]
    [TestCase("remote+unix:///", ExpectedResult = "system/libvirt-sock")]
    [TestCase("qemu:///system", true, ExpectedResult = "system/libvirt-sock-ro")]
    [TestCase("qemu:///system?mode=direct", true, ExpectedResult = "system/virtqemud-sock-ro")]
    [TestCase("qemu:///session", true, ExpectedResult = "session/libvirt-sock")]
    public string Socket_is_the_one_libvirts_client_uses(string uri, bool readOnly = false) => Choose(uri, readOnly, Locations("")).Path;

    [Test]
    public void Session_of_root_is_the_systems_daemon() =>
        Assert.That(Choose("qemu:///session", false, Locations("") with { IsRoot = true }), Is.EqualTo(new DaemonSocket("system/libvirt-sock", null)));

    [TestCase("virtqemud-sock", "virtqemud-sock")]
    [TestCase("libvirt-sock", "libvirt-sock")]
    [TestCase("libvirt-sock virtqemud-sock", "virtqemud-sock")]
    [TestCase("virtnetworkd-sock", "libvirt-sock")]
    [TestCase("virtqemud-sock-ro", "libvirt-sock")]
    public async Task Drivers_own_daemon_comes_before_libvirtd_when_its_socket_is_there(string present, string chosen)
    {
        await using var folder = new TemporaryFolder();
        foreach (string name in present.Split(' '))
            await folder.WriteAsync(name, default);
        DaemonLocations locations = Locations("") with { SystemFolder = folder.Path };
        Assert.That(Choose("qemu:///system", false, locations).Path, Is.EqualTo(folder.Combine(chosen)));
        Assert.That(Choose("qemu:///system?mode=legacy", false, locations).Path, Is.EqualTo(folder.Combine("libvirt-sock")));
    }

    [TestCase("libvirtd", "libvirt-sock", "libvirtd")]
    [TestCase("virtqemud", "virtqemud-sock", "virtqemud")]
    [TestCase("libvirtd virtqemud", "virtqemud-sock", "virtqemud")]
    [TestCase("virtnetworkd", "libvirt-sock", null)]
    public async Task Daemon_of_a_user_that_is_started_is_the_installed_one(string installed, string socket, string? started)
    {
        await using var folder = new TemporaryFolder();
        foreach (string name in installed.Split(' '))
            await folder.WriteAsync(name, default);
        string? program = started is null ? null : folder.Combine(started);
        Assert.That(Choose("qemu:///session", false, Locations(folder.Path)), Is.EqualTo(new DaemonSocket("session/" + socket, program)));
        Assert.That(Choose("qemu:///session", false, Locations(folder.Path) with { StartsDaemons = false }).Program, Is.Null);
        Assert.That(Choose("qemu:///system", false, Locations(folder.Path)).Program, Is.Null);
    }

    [Test]
    public void Mode_that_is_none_is_refused() => Assert.Throws<FormatException>(() => Choose("qemu:///system?mode=other", false, Locations("")));

    [Test]
    public void Host_beside_a_unix_socket_is_refused() =>
        Assert.Throws<FormatException>(() => TransportSelection.For(LibvirtUri.Parse("qemu+unix://host/system"), new LibvirtConnectionOptions()));

    private static DaemonSocket Choose(string uri, bool readOnly, DaemonLocations locations) => DaemonSocket.Choose(LibvirtUri.Parse(uri), readOnly, locations);

    private static DaemonLocations Locations(string programs) => new()
    {
        IsRoot = false,
        SystemFolder = "system",
        SessionFolder = "session",
        ProgramFolders = [programs],
        StartsDaemons = true,
    };
}
