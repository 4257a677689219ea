using LimiQuantix.Conformance;
using LimiQuantix.Diagnostics;
using LimiQuantix.Machines;
using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Lifecycle;

/// <summary>
/// A daemon that sees the machine's own /dev/kvm, whatever that is worth. Where it opens and does not work, libvirt looks QEMU over anew at
/// each definition; the machine must come up all the same, emulated. So it must where there is none.
/// </summary>
[TestFixture, Category("Integration")]
public sealed class NodeKvmTests
{
    [Test]
    public async Task Machine_starts_under_what_the_description_promises_and_the_doctor_says_why()
    {
        await using PrivateLibvirtd libvirtd = await PrivateLibvirtd.StartAsync(new PrivateLibvirtdOptions { Kvm = true });
        await using var host = new TestHost();
        await using IHypervisor hypervisor = host.Open(libvirtd.Uri, options => options.Accelerator = AcceleratorChoice.Auto);
        HypervisorDescription description = await hypervisor.DescribeAsync();
        Assert.That(description.AcceleratorReason, Is.Not.Empty);
        IReadOnlyList<Prerequisite> found = await hypervisor.GetCapability<IReportsPrerequisites>()!.CheckPrerequisitesAsync();
        Prerequisite kvm = found.Single(prerequisite => prerequisite.Name == "/dev/kvm");
        bool isKvm = description.Accelerator == "kvm";
        bool isThere = File.Exists("/dev/kvm");
        PrerequisiteStatus otherwise = isThere ? PrerequisiteStatus.Unusable : PrerequisiteStatus.Missing;
        Assert.That(kvm.Status, Is.EqualTo(isKvm ? PrerequisiteStatus.Found : otherwise), kvm.Detail);
        if (!isKvm)
            Assert.That(kvm.Remedy, Does.Contain(isThere ? "/dev/kvm" : "modprobe"));

        string disk = host.Combine("disk.qcow2");
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["create", "-q", "-f", "qcow2", "-b", await GuestImages.TinyAsync(), "-F", "qcow2", disk]);
        MachineDefinition definition = TestMachines.Small() with { Disks = [TestMachines.File(disk)] };
        Guid id = definition.Ownership.ResourceId;
        MachineObservation defined = await hypervisor.EnsureDefinedAsync(definition);
        Assert.That(defined.Accelerator, Is.EqualTo(description.Accelerator));
        await hypervisor.StartAsync(definition);
        await Eventually.TrueAsync(
            async () =>
            {
                SerialLogChunk chunk = await hypervisor.GetCapability<ISerialLog>()!.ReadSerialLogAsync(id, 0, 1 << 20);
                return System.Text.Encoding.UTF8.GetString(chunk.Bytes.Span).Contains("Linux version", StringComparison.Ordinal);
            },
            "a kernel boots under what was chosen");
        await hypervisor.DeleteAsync(id);
    }
}
