using LimiQuantix.Core.CloudInit;

namespace LimiQuantix.Core.Tests.CloudInit;

/// <summary>What cloud-init would leave out is said before there is a machine, and nothing of the text with it.</summary>
[TestFixture]
internal sealed class UserDataCheckTests
{
    [TestCase("#cloud-config\na: [\n", "not YAML")]
    [TestCase("#cloud-config\n- hunter2\n", "not a mapping")]
    [TestCase("#cloud-config\nhunter2\n", "not a mapping")]
    [TestCase("#cloud-config\nhunter2: !secret x\n", "tag")]
    [TestCase("#cloud-config\nhunter2: 2024-13-45\n", "date")]
    [TestCase("#cloud-config\n\thunter2: 1\n", "tab")]
    [TestCase("#cloud-config\na: 1\n---\nhunter2: 2\n", "more than one")]
    [TestCase("#cloud-config\nhunter2: [http://a/?b]\n", "'?'")]
    [TestCase("#cloud-config-archive\nhunter2: b\n", "not a list")]
    [TestCase("#cloud-config-archive\n- type: text/other\n  content: hunter2\n", "no version of cloud-init handles")]
    [TestCase("#cloud-config-jsonp\n{}\n", "JSON patch")]
    [TestCase("#cloud-config-jsonp\n[hunter2\n", "no JSON (line 2)")]
    [TestCase("\n#!/bin/sh\necho hunter2\n", "before its '#!'")]
    [TestCase("#include\nhunter2\n", "no URL (line 2)")]
    [TestCase("## template: jinja\nhunter2\n", "second line")]
    [TestCase("\ufeff#cloud-config\na: 1\n", "byte order mark")]
    [TestCase(" \n\t", "white space")]
    [TestCase("hunter2", "no kind")]
    [TestCase("MIME-Version: 1.0\nContent-Type: multipart/mixed\n\nhunter2\n", "without a boundary")]
    [TestCase("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\nhunter2\n", "without a part")]
    [TestCase("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/cloud-config\n\nhunter2: [\n--x--\n", "part (1, text/cloud-config)")]
    public void What_cloud_init_would_leave_out_is_told_and_not_quoted(string text, string words)
    {
        var why = UserDataCheck.WhyNot(text);

        Assert.That(why, Does.Contain(words).And.Not.Contain("hunter"));
    }

    [TestCase("#cloud-config\na: 1\na: 2\n", TestName = "a key twice")]
    [TestCase("  \n#Cloud-Config\r\na: b\r\n", TestName = "blank lines and another case")]
    [TestCase("#cloud-config\n", TestName = "nothing in it")]
    [TestCase("#!/bin/sh\n", TestName = "script")]
    [TestCase("#include https://example.org/a\n# why\nhttps://example.org/b\n", TestName = "include")]
    [TestCase("## template: jinja\n#cloud-config\nhostname: {{ v1.x }}\na: [{% for %}\n", TestName = "template before it is rendered")]
    [TestCase("#cloud-config\nwrite_files:\n- content: |\n    MIME-Version: 1.0\n    Content-Type: multipart/mixed\n", TestName = "mail inside of a cloud-config")]
    [TestCase("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"x\"\n\n--x\nContent-Type: text/part-handler\n\n#part-handler\n--x\nContent-Type: text/own\n\nx\n--x--\n", TestName = "handler of the host's own")]
    public void What_cloud_init_takes_is_taken(string text) => Assert.That(UserDataCheck.WhyNot(text), Is.Null);

    [Test]
    public void Keys_that_no_module_reads_are_named_with_what_is_probably_meant()
    {
        var unknown = UserDataCheck.UnknownKeys("#cloud-config\npackages: [vim]\npackage: [vim]\nssh_authorised_keys: []\nx-mine: 1\nqwertyuiop: 1\n");

        Assert.That(unknown, Is.EqualTo(new[] { ("package", 3L), ("ssh_authorised_keys", 4L), ("qwertyuiop", 6L) }));
        Assert.That(unknown.Select(entry => CloudConfigKeys.Nearest(entry.Key)), Is.EqualTo(new[] { "packages", "ssh_authorized_keys", null }));
    }

    [TestCase("version: 2\nethernets: {eth0: {dhcp4: true}}\n", null)]
    [TestCase("network:\n  version: 2\n  ethernets: {eth0: {dhcp4: true}}\n", null)]
    [TestCase("network: {config: disabled}\n", null)]
    [TestCase("version: 1\nconfig: [{type: physical, name: eth0, subnets: [{type: dhcp}]}, {type: nameserver, address: 1.1.1.1, interface: eth0}]\n", null)]
    [TestCase("version: \"2\"\nethernets: {}\n", "as a text")]
    [TestCase("version: 3\n", "no version")]
    [TestCase("ethernets: {}\n", "no version")]
    [TestCase("version: 1\nethernets: {}\n", "no list 'config'")]
    [TestCase("version: 1\nconfig: [{type: hunter2}]\n", "without a known type")]
    [TestCase("version: 1\nconfig: [{type: physical}]\n", "without 'name'")]
    [TestCase("version: 1\nconfig: [{type: nameserver, address: 1.1.1.1, interface: eth9}]\n", "not there")]
    [TestCase("version: 2\netherne: {}\n", "does not know")]
    [TestCase("version: 2\nethernets: [eth0]\n", "no devices")]
    [TestCase("version: 2\nethernets: {eth0: dhcp}\n", "without settings")]
    [TestCase("network: disabled\n", "no mapping")]
    [TestCase("- 1\n", "not one YAML mapping")]
    [TestCase("a: [\n", "not YAML")]
    public void Network_config_is_judged_as_cloud_init_reads_it(string text, string? words)
    {
        var why = SeedNetworkConfig.WhyNot(text);

        Assert.That(why, words is null ? Is.Null : Does.Contain(words).And.Not.Contain("hunter2"));
    }

    [Test]
    public void Nothing_that_is_written_throws()
    {
        const string Alphabet = ":-#[]{}&*!|>'\"%@`,? \n\t=~<a0_.\\\r\u0085\ufeff\0";
        var random = new Random(17);
        for (var round = 0; round < 20_000; round++)
        {
            var text = "#cloud-config\n" + new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            Assert.That(() => (UserDataCheck.WhyNot(text), UserDataCheck.UnknownKeys(text), SeedNetworkConfig.WhyNot(text)), Throws.Nothing);
        }
    }
}
