using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Hypervisor.Libvirt.Tests;

/// <summary>Definitions to begin from.</summary>
internal static class TestMachines
{
    public static readonly Guid Installation = Guid.Parse("0192aaaa-0000-7000-8000-000000000001");

    public static MachineDefinition Small(Guid? id = null, Guid? installation = null) => new()
    {
        Ownership = new Ownership { InstallationId = installation ?? Installation, ResourceId = id ?? Guid.CreateVersion7() },
        DisplayName = "small",
        Memory = new MachineMemory { SizeBytes = 256L << 20 },
        Cpu = new MachineCpu { Count = 1 },
        Disks = [],
        Graphics = [new MachineGraphics()],
        Serials = [new MachineSerial { Log = true }],
        Channels = [new VirtioChannel { Name = VirtioChannel.QemuGuestAgent }],
    };

    public static MachineDisk File(string path, DiskFormat format = DiskFormat.Qcow2, bool isReadOnly = false) => new()
    {
        Id = Guid.CreateVersion7(),
        VolumeId = Guid.CreateVersion7(),
        Attachment = new FileDisk { NodeId = NodeId.Local, Path = path, Format = format, IsReadOnly = isReadOnly },
    };

    public static MachineDisk Disk(DiskAttachment attachment) => new() { Id = Guid.CreateVersion7(), VolumeId = Guid.CreateVersion7(), Attachment = attachment };

    public static MachineNic Nic(NicAttachment attachment, string mac = "52:54:00:12:34:56") => new()
    {
        Id = Guid.CreateVersion7(),
        PortId = Guid.CreateVersion7(),
        MacAddress = mac,
        Attachment = attachment,
    };

    public static MachineNic User(params PortForward[] forwards) => Nic(new UserNic { NodeId = NodeId.Local, Forwards = forwards });
}
