using LimiQuantix.Hypervisor.Libvirt.Definitions;
using LimiQuantix.Machines;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Definitions;

[TestFixture]
public sealed class DomainNamesTests
{
    [TestCase(0, "vda")]
    [TestCase(25, "vdz")]
    [TestCase(26, "vdaa")]
    [TestCase(51, "vdaz")]
    [TestCase(52, "vdba")]
    public void Disk_targets_count_in_letters(int index, string target)
    {
        HashSet<string> taken = [];
        for (int other = 0; other < index; other++) DomainNames.TakeTarget(DiskBus.Virtio, taken);
        Assert.That(DomainNames.TakeTarget(DiskBus.Virtio, taken), Is.EqualTo(target));
    }

    [Test]
    public void Free_target_of_a_bus_is_taken_once()
    {
        HashSet<string> taken = ["vda", "sdb"];
        Assert.That(DomainNames.TakeTarget(DiskBus.Virtio, taken), Is.EqualTo("vdb"));
        Assert.That(DomainNames.TakeTarget(DiskBus.Sata, taken), Is.EqualTo("sda"));
        Assert.That(DomainNames.TakeTarget(DiskBus.Scsi, taken), Is.EqualTo("sdc"));
    }

    [Test]
    public void Disk_serial_is_short_and_keeps_the_random_part_of_the_id()
    {
        var id = Guid.Parse("01930000-aaaa-7bbb-8ccc-0123456789ab");
        Assert.That(DomainNames.DiskSerial(id), Is.EqualTo("7bbb8ccc0123456789ab"));
    }
}
