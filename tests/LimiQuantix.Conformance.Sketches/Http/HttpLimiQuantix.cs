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

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>The platform over HTTP: what a host in another process has.</summary>
public sealed class HttpLimiQuantix(HttpWire wire) : ILimiQuantix
{
    public INodes Nodes { get; } = new HttpNodes(wire);

    public IImages Images { get; } = new HttpImages(wire);

    public IMachines Machines { get; } = new HttpMachines(wire);

    public IPools Pools { get; } = new HttpPools(wire);

    public IVolumes Volumes { get; } = new HttpVolumes(wire);

    public INetworks Networks { get; } = new HttpNetworks(wire);

    public IConsoles Consoles { get; } = new HttpConsoles(wire);

    public IGuests Guests { get; } = new HttpGuests(wire);

    public IOperations Operations { get; } = new HttpOperations(wire);

    public IPlugins Plugins { get; } = new HttpPlugins(wire);

    public IInstances Instances { get; } = new HttpInstances(wire);

    public IDoctor Doctor { get; } = new HttpDoctor(wire);
}
