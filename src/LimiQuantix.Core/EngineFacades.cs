using LimiQuantix.Consoles;
using LimiQuantix.Diagnostics;
using LimiQuantix.Guests;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Operations;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Core;

/// <summary>Makes each noun's view for a caller.</summary>
internal sealed record EngineFacades
{
    public required Func<Caller, INodes> Nodes { get; init; }

    public required Func<Caller, IImages> Images { get; init; }

    public required Func<Caller, IMachines> Machines { get; init; }

    public required Func<Caller, IPools> Pools { get; init; }

    public required Func<Caller, IVolumes> Volumes { get; init; }

    public required Func<Caller, INetworks> Networks { get; init; }

    public required Func<Caller, IConsoles> Consoles { get; init; }

    public required Func<Caller, IGuests> Guests { get; init; }

    public required Func<Caller, IOperations> Operations { get; init; }

    public required Func<Caller, IPlugins> Plugins { get; init; }

    public required Func<Caller, IInstances> Instances { get; init; }

    public required Func<Caller, IDoctor> Doctor { get; init; }
}
