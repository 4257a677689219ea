using LimiQuantix.Hypervisor.Libvirt.Definitions;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Definitions;

[TestFixture]
public sealed class DomainNamesTests
{
    [TestCase(0, "vda")]
    [TestCase(25, "vdz")]
    [TestCase(26, "vdaa")]
    [TestCase(51, "vdaz")]
    [TestCase(52, "vdba")]
    public void Disk_targets_count_in_letters(int index, string target) => Assert.That(DomainNames.DiskTarget(index), Is.EqualTo(target));

    [Test]
    public void Disk_serial_is_short_and_keeps_the_random_part_of_the_id()
    {
        var id = Guid.Parse("01930000-aaaa-7bbb-8ccc-0123456789ab");
        Assert.That(DomainNames.DiskSerial(id), Is.EqualTo("7bbb8ccc0123456789ab"));
    }
}
