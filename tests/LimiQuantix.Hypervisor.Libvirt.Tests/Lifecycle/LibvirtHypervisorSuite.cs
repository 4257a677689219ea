using System.Xml.Linq;
using System.Xml.XPath;
using LimiQuantix.Conformance;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Lifecycle;

/// <summary>The suite against a real libvirtd and QEMU.</summary>
[TestFixture(false)]
[TestFixture(true)]
[Category("Integration")]
public sealed class LibvirtHypervisorSuite(bool isRemote) : HypervisorSuite(isRemote)
{
    private readonly List<string> _foreign = [];

    private PrivateLibvirtd Libvirtd { get; set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => Libvirtd = await SharedLibvirtd.GetAsync();

    [TearDown]
    public async Task RemoveForeignAsync()
    {
        foreach (var name in _foreign) await Libvirtd.VirshAsync("undefine", name);
        _foreign.Clear();
    }

    protected override ValueTask<IHypervisor> OpenAsync(ProviderContext context) =>
        new(LibvirtHypervisor.Open(context, new LibvirtOptions { Uri = Libvirtd.Uri, Accelerator = AcceleratorChoice.Tcg }));

    protected override async Task<MachineDefinition> NewDefinitionAsync()
    {
        var disk = Host.Combine($"{Guid.NewGuid():N}.raw");
        await File.WriteAllBytesAsync(disk, new byte[1 << 20]);
        File.SetUnixFileMode(disk, (UnixFileMode)0b110_110_110);
        return TestMachines.Small(installation: Context.InstallationId) with { Memory = new MachineMemory { SizeBytes = 32 << 20 }, Disks = [TestMachines.File(disk, DiskFormat.Raw)] };
    }

    // As libvirt itself keeps it.
    protected override async Task<bool> HasEffectAsync(string feature, MachineDefinition definition)
    {
        var seen = (await Provider.ObserveAsync(new ObserveMachineRequest { MachineId = definition.Ownership.ResourceId })).Machine!;
        var domain = XDocument.Parse(await Libvirtd.VirshAsync("dumpxml", "--inactive", seen.HypervisorName)).Root!;
        bool Has(string path) => domain.XPathSelectElement(path) is not null;
        return feature switch
        {
            ProviderFeatures.CpuTopology => Has("cpu/topology[@sockets='2' and @cores='2' and @threads='1']"),
            ProviderFeatures.CpuModel => Has("cpu/model[text()='qemu64']"),
            ProviderFeatures.FirmwareUefi => Has("os[@firmware='efi'] | os/loader[@type='pflash']"),
            ProviderFeatures.FirmwareSecureBoot => Has("os/loader[@secure='yes']"),
            ProviderFeatures.DiskScsi => Has("devices/disk/target[@bus='scsi']"),
            ProviderFeatures.DiskSata => Has("devices/disk/target[@bus='sata']"),
            ProviderFeatures.DiskCd => Has("devices/disk[@device='cdrom']"),
            ProviderFeatures.BootOrder => Has("devices/disk/boot[@order='7']"),
            ProviderFeatures.DeviceWatchdog => Has("devices/watchdog[@action='poweroff']"),
            _ => throw new AssertionException($"No look at '{feature}'."),
        };
    }

    protected override void RequireFor(string feature)
    {
        if (feature.StartsWith("firmware.", StringComparison.Ordinal) && !Directory.Exists("/usr/share/OVMF")) Requires.Missing("a guest's UEFI is missing: apt-get install ovmf");
    }

    protected override async Task<(string HypervisorName, Guid? Id)> AddForeignAsync()
    {
        var id = Guid.NewGuid();
        var name = $"foreign-{id:N}";
        var file = Host.Combine("foreign.xml");
        await File.WriteAllTextAsync(
            file, $"<domain type='qemu'><name>{name}</name><uuid>{id}</uuid><memory unit='MiB'>64</memory><os><type arch='x86_64'>hvm</type></os></domain>");
        await Libvirtd.VirshAsync("define", file);
        _foreign.Add(name);
        return (name, id);
    }

    protected override async Task<bool> IsForeignUntouchedAsync(string hypervisorName) =>
        (await Libvirtd.VirshAsync("domstate", hypervisorName)).Trim() == "shut off";
}
