namespace LimiQuantix.Hypervisor.Libvirt.Tests;

[TestFixture]
public sealed class LibvirtOptionsTests
{
    [Test]
    public void Defaults_are_valid() => Assert.That(new LibvirtOptions().Validate(), Is.Empty);

    [Test]
    public void Every_bad_option_is_told_at_once()
    {
        var options = new LibvirtOptions
        {
            Uri = "xen:///system",
            Accelerator = (AcceleratorChoice)9,
            VncListen = (VncListen)9,
            QemuPath = "qemu",
            ProbeTimeout = TimeSpan.Zero,
            CallTimeout = TimeSpan.FromHours(1),
            SlowCallTimeout = TimeSpan.FromSeconds(1),
            AgentTimeout = TimeSpan.Zero,
            SparePciePorts = 17,
            MaxSerialLogBytes = 1,
        };
        Assert.That(options.Validate().Count(), Is.EqualTo(10));
    }
}
