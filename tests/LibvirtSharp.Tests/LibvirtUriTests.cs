using LibvirtSharp.Transports;

namespace LibvirtSharp.Tests;

[NonParallelizable]
internal sealed class LibvirtUriTests
{
    [TestCase("qemu:///system", "qemu", null, "", null, null, "qemu:///system")]
    [TestCase("qemu+tls://host.example:16555/system", "qemu", "tls", "host.example", 16555, null, "qemu:///system")]
    [TestCase("qemu+ssh://root@[fe80::1]/system?keyfile=/k&no_verify=1", "qemu", "ssh", "fe80::1", null, "root", "qemu:///system")]
    [TestCase("test+unix:///default?socket=/tmp/a%20b", "test", "unix", "", null, null, "test:///default")]
    [TestCase("esx://host/?no_verify=1&transport=https", "esx", null, "host", null, null, "esx:///?transport=https")]
    [TestCase("qemu+tcp://h/system?name=qemu:///embed", "qemu", "tcp", "h", null, null, "qemu:///embed")]
    public void Uri_has_the_parts_libvirt_reads(string text, string driver, string? transport, string host, int? port, string? user, string serverUri)
    {
        LibvirtUri uri = LibvirtUri.Parse(text);
        Assert.Multiple(() =>
        {
            Assert.That(uri.Driver, Is.EqualTo(driver));
            Assert.That(uri.Transport, Is.EqualTo(transport));
            Assert.That(uri.Host, Is.EqualTo(host));
            Assert.That(uri.Port, Is.EqualTo(port));
            Assert.That(uri.User, Is.EqualTo(user));
            Assert.That(uri.ServerUri, Is.EqualTo(serverUri));
            Assert.That(uri.ToString(), Is.EqualTo(text));
        });
    }

    [TestCase("")]
    [TestCase("qemu")]
    [TestCase("/var/run/libvirt/libvirt-sock")]
    [TestCase("qemu+:///system")]
    [TestCase("://x")]
    public void Text_that_is_no_uri_is_refused(string text) => Assert.Throws<FormatException>(() => LibvirtUri.Parse(text));

    [TestCase("qemu:///system?socket=/tmp/a%20b", ExpectedResult = "/tmp/a b")]
    [TestCase("qemu:///system?mode=legacy", ExpectedResult = "/var/run/libvirt/libvirt-sock")]
    [TestCase("qemu:///system?mode=direct", ExpectedResult = "/var/run/libvirt/virtqemud-sock")]
    [TestCase("network:///system?mode=direct", ExpectedResult = "/var/run/libvirt/virtnetworkd-sock")]
    [TestCase("test:///default", ExpectedResult = "/var/run/libvirt/libvirt-sock")]
    public string Socket_is_the_one_libvirts_client_uses(string uri) => UnixSocketPath.For(LibvirtUri.Parse(uri));

    [Test]
    public void Session_socket_is_in_the_users_runtime_folder()
    {
        string? before = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        try
        {
            Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", "/run/user/7");
            Assert.That(UnixSocketPath.For(LibvirtUri.Parse("qemu:///session?mode=legacy")), Is.EqualTo("/run/user/7/libvirt/libvirt-sock"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", before);
        }
        Assert.Throws<FormatException>(() => UnixSocketPath.For(LibvirtUri.Parse("qemu:///system?mode=other")));
    }
}
