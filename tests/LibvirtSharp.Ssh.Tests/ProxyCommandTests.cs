using LimiQuantix.Testing;

namespace LibvirtSharp.Ssh.Tests;

internal sealed class ProxyCommandTests
{
    [TestCase("qemu+ssh://h/system?proxy=native", false, @"sh -c 'virt-ssh-helper '\''qemu:///system'\'''")]
    [TestCase("qemu+ssh://h/system?proxy=native", true, @"sh -c 'virt-ssh-helper -r '\''qemu:///system'\'''")]
    [TestCase("remote+ssh://h/?proxy=native", false, @"sh -c 'virt-ssh-helper '\''remote:///'\'''")]
    [TestCase("qemu+ssh://h/system?proxy=netcat", false, @"sh -c ''\''nc'\'' -U '\''/var/run/libvirt/libvirt-sock'\'''")]
    [TestCase("qemu+ssh://h/system?proxy=netcat", true, @"sh -c ''\''nc'\'' -U '\''/var/run/libvirt/libvirt-sock-ro'\'''")]
    [TestCase("qemu+ssh://h/system?socket=/run/s&netcat=/opt/nc", true, @"sh -c ''\''/opt/nc'\'' -U '\''/run/s'\'''")]
    public void Command_is_libvirts_and_one_word_of_it_for_the_shell_of_the_user(string uri, bool readOnly, string command) =>
        Assert.That(ProxyCommand.For(LibvirtUri.Parse(uri), readOnly), Is.EqualTo(command));

    [Test]
    public void Helper_is_preferred_where_the_host_has_it() =>
        Assert.That(
            ProxyCommand.For(LibvirtUri.Parse("qemu+ssh://h/session"), readOnly: false),
            Does.StartWith("sh -c 'if command -v virt-ssh-helper ").And.Contain("qemu:///session").And.Contain("-U"));

    [Test]
    public void Unknown_proxy_is_refused() => Assert.Throws<FormatException>(() => ProxyCommand.For(LibvirtUri.Parse("qemu+ssh://h/system?proxy=x"), readOnly: false));

    [Test]
    [Category("Integration")]
    public async Task Program_gets_what_the_uri_says_whatever_is_in_it()
    {
        var uri = LibvirtUri.Parse("qemu+ssh://h/system?socket=/a%27%3Breboot%27%24%28id%29%22%5C&netcat=/bin/echo");
        Assert.That(await Command.OutputAsync("/bin/sh", ["-c", ProxyCommand.For(uri, readOnly: false)]), Is.EqualTo(@"-U /a';reboot'$(id)""\"));
    }
}
