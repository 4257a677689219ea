using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Tests.Fakes;

/// <summary>Machines to define.</summary>
internal static class Machines
{
    public static MachineDefinition Definition(ProviderContext context) => new()
    {
        Ownership = new Ownership { InstallationId = context.InstallationId, ResourceId = Guid.CreateVersion7() },
        DisplayName = "web-1",
        Memory = new MachineMemory { SizeBytes = 256 << 20 },
        Cpu = new MachineCpu { Count = 1 },
        Disks = [new MachineDisk { Id = Guid.CreateVersion7(), BootOrder = 1, VolumeId = Guid.CreateVersion7(), Attachment = new FileDisk { NodeId = context.NodeId, Path = "/pool/disk", Format = DiskFormat.Raw } }],
    };
}
