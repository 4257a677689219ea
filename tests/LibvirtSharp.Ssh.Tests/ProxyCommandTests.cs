namespace LibvirtSharp.Ssh.Tests;

internal sealed class ProxyCommandTests
{
    [TestCase("qemu+ssh://h/system?proxy=native", "virt-ssh-helper 'qemu:///system'")]
    [TestCase("qemu+ssh://h/system?proxy=netcat", "'nc' -U '/var/run/libvirt/libvirt-sock'")]
    [TestCase("qemu+ssh://h/system?socket=/run/s&netcat=/opt/nc", "'/opt/nc' -U '/run/s'")]
    [TestCase("qemu+ssh://h/system?socket=/a%27%3Breboot%27", @"'nc' -U '/a'\'';reboot'\'''")]
    public void Command_is_libvirts_and_quotes_what_the_uri_says(string uri, string command) => Assert.That(ProxyCommand.For(LibvirtUri.Parse(uri)), Is.EqualTo(command));

    [Test]
    public void Helper_is_preferred_where_the_host_has_it() =>
        Assert.That(ProxyCommand.For(LibvirtUri.Parse("qemu+ssh://h/session")), Does.Contain("virt-ssh-helper 'qemu:///session'").And.Contain("else 'nc' -U"));

    [Test]
    public void Unknown_proxy_is_refused() => Assert.Throws<FormatException>(() => ProxyCommand.For(LibvirtUri.Parse("qemu+ssh://h/system?proxy=x")));
}
