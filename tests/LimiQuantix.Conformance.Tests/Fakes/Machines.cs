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
        MemoryBytes = 256 << 20,
        CpuCount = 1,
        Disks = [new MachineDisk { VolumeId = Guid.CreateVersion7(), Attachment = new FileDisk { NodeId = context.NodeId, Path = "/pool/disk", Format = DiskFormat.Raw } }],
    };
}
