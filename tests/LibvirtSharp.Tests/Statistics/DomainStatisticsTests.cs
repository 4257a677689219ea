namespace LibvirtSharp.Tests;

internal sealed class DomainStatisticsTests
{
    [Test]
    public void What_was_sent_is_found_whatever_the_counts_say()
    {
        // Processor 1 to 62 are offline and the second interface has no name yet: libvirt leaves them out.
        var statistics = new DomainStatistics(null!, (TypedParameter[])
        [
            new("vcpu.current", 2u), new("vcpu.maximum", 64u),
            new("vcpu.63.state", (int)VcpuState.Running), new("vcpu.0.state", (int)VcpuState.Running), new("vcpu.0.time", 500UL),
            new("net.count", 3u), new("net.0.name", "vnet0"), new("net.2.name", "vnet2"), new("net.2.rx.bytes", 7UL),
            new("block.count", 1u), new("block.0.name", "vda"),
            new("vcpu.x.state", 1), new("vcpu.99999999999.state", 1), new("vcpu.-1.state", 1),
        ]);
        Assert.Multiple(() =>
        {
            Assert.That(statistics.VirtualCpus.Select(each => each.Number), Is.EqualTo(new[] { 0, 63 }));
            Assert.That(statistics.Interfaces.Select(each => each.Name), Is.EqualTo(new[] { "vnet0", "vnet2" }));
            Assert.That(statistics.Interfaces[1].ReceivedBytes, Is.EqualTo(7));
            Assert.That(statistics.Disks.Select(each => each.Name), Is.EqualTo(new[] { "vda" }));
        });
    }

    [Test]
    public void Groups_that_were_not_asked_for_are_empty()
    {
        var statistics = new DomainStatistics(null!, (TypedParameter[])[new("state.state", 1)]);
        Assert.That((statistics.VirtualCpus.Count, statistics.Interfaces.Count, statistics.Disks.Count), Is.EqualTo((0, 0, 0)));
    }
}
