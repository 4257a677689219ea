using System.Xml.Linq;
using LimiQuantix.Hypervisor.Libvirt.Observations;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Observations;

[TestFixture]
public sealed class DomainDriftTests
{
    private const string Before = """
        <domain type='qemu'><name>a</name><memory unit='KiB'>1024</memory><vcpu>1</vcpu><devices>
        <disk type='file'><source file='/a'/><target dev='vda'/></disk><disk type='file'><source file='/b'/><target dev='vdb'/></disk>
        <interface type='bridge'><mac address='52:54:00:00:00:01'/></interface><input type='tablet'/></devices></domain>
        """;

    [Test]
    public void Nothing_changed_is_no_drift() => Assert.That(Compare(Before), Is.Empty);

    [TestCase("<vcpu>1</vcpu>", "<vcpu>2</vcpu>", "/domain/vcpu is '2' and was '1'.")]
    [TestCase(">1024<", ">2048<", "/domain/memory is '2048' and was '1024'.")]
    [TestCase("file='/a'", "file='/c'", "/domain/devices/disk[vda]/source has file '/c', which was '/a'.")]
    [TestCase("<input type='tablet'/>", "", "/domain/devices lost input.")]
    [TestCase("<input type='tablet'/>", "<input type='tablet'/><input type='mouse'/>", "/domain/devices got input.")]
    [TestCase("<target dev='vdb'/>", "<target dev='vdc'/>", "/domain/devices lost disk[vdb].|/domain/devices got disk[vdc].")]
    [TestCase(" unit='KiB'", "", "/domain/memory lost its unit, which was 'KiB'.")]
    [TestCase("<vcpu>", "<vcpu current='1'>", "/domain/vcpu got current '1'.")]
    public void Each_difference_is_a_sentence(string old, string now, string sentences) =>
        Assert.That(string.Join('|', Compare(Before.Replace(old, now, StringComparison.Ordinal))), Is.EqualTo(sentences));

    [Test]
    public void Newer_libvirt_that_writes_out_more_is_no_drift_but_a_changed_value_and_a_new_disk_are()
    {
        string now = Before.Replace("<vcpu>1", "<vcpu new='x'>2", StringComparison.Ordinal)
            .Replace("<input type='tablet'/>", "<input type='tablet'><address/></input><watchdog/><disk><target dev='vdz'/></disk>", StringComparison.Ordinal);
        string[] drift = [.. DomainDrift.Compare(new DefinedCopy { LibvirtVersion = "9.0.0", Domain = XElement.Parse(Before) }, XElement.Parse(now), "10.0.0")];
        Assert.That(drift, Is.EqualTo(new[] { "/domain/vcpu is '2' and was '1'.", "/domain/devices got disk[vdz]." }));
    }

    [Test]
    public void Drift_is_bounded_whatever_changed()
    {
        string now = $"<domain type='{new string('x', 100_000)}'>{string.Concat(Enumerable.Range(0, 1000).Select(i => $"<e{i}/>"))}</domain>";
        string[] drift = [.. Compare(now)];
        Assert.That(drift, Has.Length.EqualTo(32));
        Assert.That(drift, Has.All.Length.LessThan(400));
    }

    [Test]
    public void Plugged_and_pulled_devices_of_the_running_machine_are_told()
    {
        XElement live = XElement.Parse(Before.Replace("dev='vdb'", "dev='vdx'", StringComparison.Ordinal).Replace(">1024<", ">512<", StringComparison.Ordinal));
        Assert.That(DomainDrift.CompareLive(XElement.Parse(Before), live), Is.EqualTo(new[]
        {
            "The running machine lacks disk 'vdb' of its definition.",
            "The running machine has disk 'vdx', which its definition has not.",
            "The running machine has memory 512 and its definition 1024.",
        }));
    }

    private static IEnumerable<string> Compare(string now) =>
        DomainDrift.Compare(new DefinedCopy { LibvirtVersion = "9.0.0", Domain = XElement.Parse(Before) }, XElement.Parse(now), "9.0.0");
}
