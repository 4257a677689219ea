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

/// <summary>The platform as one caller sees it.</summary>
internal sealed class LimiQuantixFacade(Caller caller, EngineFacades facades) : ILimiQuantixEngine
{
    public INodes Nodes { get; } = facades.Nodes(caller);

    public IImages Images { get; } = facades.Images(caller);

    public IMachines Machines { get; } = facades.Machines(caller);

    public IPools Pools { get; } = facades.Pools(caller);

    public IVolumes Volumes { get; } = facades.Volumes(caller);

    public INetworks Networks { get; } = facades.Networks(caller);

    public IConsoles Consoles { get; } = facades.Consoles(caller);

    public IGuests Guests { get; } = facades.Guests(caller);

    public IOperations Operations { get; } = facades.Operations(caller);

    public IPlugins Plugins { get; } = facades.Plugins(caller);

    public IInstances Instances { get; } = facades.Instances(caller);

    public IDoctor Doctor { get; } = facades.Doctor(caller);

    public ILimiQuantix For(Caller other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Names.IsDnsLabel(other.Project))
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"'{Names.Show(other.Project)}' is not a project's name.",
                "Use lower-case letters, digits and inner hyphens, at most 63.", nameof(Caller.Project));
        }

        return new LimiQuantixFacade(other, facades);
    }
}
