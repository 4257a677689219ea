using LimiQuantix.Hypervisor.Libvirt.Definitions;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Definitions;

[TestFixture]
public sealed class DefinitionDigestTests
{
    private static readonly MachineDefinition Definition = TestMachines.Small() with
    {
        Disks = [TestMachines.File("/a")],
        Nics = [TestMachines.User(new PortForward { GuestPort = 22, HostPort = 2222 })],
        Seed = new VolumeSeed { Content = new byte[] { 1 } },
    };

    [Test]
    public void Digest_is_the_same_for_what_is_an_answer_or_written_anew()
    {
        string digest = DefinitionDigest.Of(Definition);
        Assert.Multiple(() =>
        {
            Assert.That(DefinitionDigest.Of(Definition with { MachineType = "pc-q35-7.2" }), Is.EqualTo(digest));
            Assert.That(DefinitionDigest.Of(Definition with { Seed = new VolumeSeed { Content = new byte[] { 2 } } }), Is.EqualTo(digest));
            Assert.That(DefinitionDigest.Of(Definition with { Disks = [Definition.Disks[0] with { }] }), Is.EqualTo(digest));
        });
    }

    [Test]
    public void Digest_differs_with_everything_that_was_asked_for()
    {
        MachineDefinition[] others =
        [
            Definition with { DisplayName = "other" },
            Definition with { Memory = new MachineMemory { SizeBytes = 512L << 20 } },
            Definition with { Cpu = new MachineCpu { Count = 2 } },
            Definition with { Seed = null },
            Definition with { Disks = [] },
            Definition with { Disks = [TestMachines.File("/a")] },
            Definition with { Disks = [Definition.Disks[0] with { Attachment = Definition.Disks[0].Attachment! with { IsReadOnly = true } }] },
            Definition with { Nics = [] },
            Definition with { Nics = [Definition.Nics[0] with { MacAddress = "52:54:00:12:34:57" }] },
            Definition with { Nics = [Definition.Nics[0] with { Attachment = Definition.Nics[0].Attachment with { Mtu = 1400 } }] },
            Definition with { Nics = [Definition.Nics[0] with { Attachment = ((UserNic)Definition.Nics[0].Attachment) with { Forwards = [] } }] },
        ];
        Assert.That(others.Append(Definition).Select(DefinitionDigest.Of), Is.Unique);
    }
}
