namespace LibvirtSharp.Tests;

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
}
