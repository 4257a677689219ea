namespace LibvirtSharp.Tests;

internal sealed class LibvirtUriTests
{
    [TestCase("qemu:///system", "qemu", null, "", null, null, "qemu:///system")]
    [TestCase("qemu+tls://host.example:16555/system", "qemu", "tls", "host.example", 16555, null, "qemu:///system")]
    [TestCase("qemu+ssh://root@[fe80::1]/system?keyfile=/k&no_verify=1", "qemu", "ssh", "fe80::1", null, "root", "qemu:///system")]
    [TestCase("qemu+tcp://[fe80::1%25eth0]:16509/system", "qemu", "tcp", "fe80::1%eth0", 16509, null, "qemu:///system")]
    [TestCase("qemu+ssh://root@[fe80::1%eth0]/system", "qemu", "ssh", "fe80::1%eth0", null, "root", "qemu:///system")]
    [TestCase("test+unix:///default?socket=/tmp/a%20b", "test", "unix", "", null, null, "test:///default")]
    [TestCase("esx://host/?no_verify=1&transport=https", "esx", null, "host", null, null, "esx:///?transport=https")]
    [TestCase("qemu+tcp://h/system?name=qemu:///embed", "qemu", "tcp", "h", null, null, "qemu:///embed")]
    [TestCase("qemu:/system", "qemu", null, "", null, null, "qemu:///system")]
    [TestCase("remote+unix:///?socket=/s", "remote", "unix", "", null, null, "")]
    [TestCase("remote://host/", "remote", null, "host", null, null, "")]
    [TestCase("remote://host/?name=test:///default", "remote", null, "host", null, null, "test:///default")]
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

    [Test]
    public void Parameter_means_the_same_in_capitals()
    {
        LibvirtUri uri = LibvirtUri.Parse("esx+unix:///system?Socket=/s&NO_VERIFY=1&Transport=https");
        Assert.That(uri.Parameter("socket"), Is.EqualTo("/s"));
        Assert.That(uri.IsSet("no_verify"), Is.True);
        Assert.That(uri.ServerUri, Is.EqualTo("esx:///system?Transport=https"));
    }

    [TestCase("")]
    [TestCase("qemu")]
    [TestCase("/var/run/libvirt/libvirt-sock")]
    [TestCase("qemu+:///system")]
    [TestCase("://x")]
    [TestCase("qemu:system")]
    [TestCase("/var/run/x:/y")]
    public void Text_that_is_no_uri_is_refused(string text) => Assert.Throws<FormatException>(() => LibvirtUri.Parse(text));
}
