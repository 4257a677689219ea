using System.Reflection;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Walls;

/// <summary>The resource that a call names.</summary>
internal sealed record WallTarget(Guid Id, string Name);

/// <summary>What the methods of the host interfaces are called with. A parameter that has nothing here fails the test.</summary>
internal sealed class WallArguments(MachineSpec spec)
{
    /// <summary>Whether a parameter names one resource.</summary>
    public static bool NamesResource(ParameterInfo parameter) =>
        !parameter.HasDefaultValue && (parameter.ParameterType == typeof(Guid) || parameter.ParameterType == typeof(ResourceReference) || parameter.Name == "name");

    /// <summary>The same, with another image for machines.</summary>
    public WallArguments WithImage(Guid image) => new(spec with { Disks = [DiskSpec.FromImage(image, 1L << 30)] });

    public object? For(HostMethod method, ParameterInfo parameter, WallTarget target)
    {
        if (parameter.HasDefaultValue) return parameter.ParameterType == typeof(CancellationToken) ? CancellationToken.None : parameter.DefaultValue;
        return parameter.ParameterType switch
        {
            var type when type == typeof(Guid) => target.Id,
            var type when type == typeof(ResourceReference) => (ResourceReference)target.Id,
            var type when type == typeof(string) && parameter.Name == "name" => target.Name,
            var type when type == typeof(string) && parameter.Name == "path" => "/etc/hostname",
            var type when type == typeof(string) && parameter.Name == "location" => "https://images.example/disk.raw",
            var type when type == typeof(MachineSpec) => spec,
            var type when type == typeof(ImageImport) => new ImageImport { Location = "https://images.example/disk.raw" },
            var type when type == typeof(ResourceUpdate) => new ResourceUpdate { Labels = new Dictionary<string, string?> { ["wall"] = "crossed" } },
            var type when type == typeof(VolumeUpdate) => new VolumeUpdate { Labels = new Dictionary<string, string?> { ["wall"] = "crossed" } },
            var type when type == typeof(MachineUpdate) => new MachineUpdate { Labels = new Dictionary<string, string?> { ["wall"] = "crossed" } },
            var type when type.IsAssignableTo(typeof(ResourceQuery)) => Activator.CreateInstance(type),
            var type when type == typeof(InstanceKey) => new InstanceKey { Contract = nameof(INetworkBackend), Name = CoreKinds.UserNetwork, Node = NodeId.Local },
            var type when type == typeof(InstanceSpec) => new InstanceSpec { Kind = CoreKinds.UserNetwork, Name = "another" },
            var type when type == typeof(Readiness) => Readiness.Running,
            _ => throw new AssertionException(
                $"{method} has a parameter '{parameter.Name}' of type {parameter.ParameterType.Name} that the test of the walls has no argument for: add one to {nameof(WallArguments)}."),
        };
    }
}
