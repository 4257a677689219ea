using System.Diagnostics.CodeAnalysis;
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

namespace LimiQuantix;

/// <summary>
/// The host's door to everything, in the engine's own process or through a client. Thread-safe; one per application. Members are added in
/// minor versions: it is implemented by this SDK alone.
/// </summary>
public interface ILimiQuantix
{
    /// <summary>The hosts that machines run on.</summary>
    INodes Nodes { get; }

    /// <summary>The image library and its catalogue.</summary>
    IImages Images { get; }

    /// <summary>The virtual machines.</summary>
    IMachines Machines { get; }

    /// <summary>The storage pools.</summary>
    IPools Pools { get; }

    /// <summary>The volumes in the pools.</summary>
    IVolumes Volumes { get; }

    /// <summary>The networks that machines connect to.</summary>
    INetworks Networks { get; }

    /// <summary>Views into machines.</summary>
    IConsoles Consoles { get; }

    /// <summary>What runs inside the machines.</summary>
    [Experimental("LQX001")]
    IGuests Guests { get; }

    /// <summary>Long-running jobs.</summary>
    IOperations Operations { get; }

    /// <summary>What is loaded, and what was refused and why.</summary>
    IPlugins Plugins { get; }

    /// <summary>The configured uses of the plugins' kinds, which can be added and removed while the engine runs.</summary>
    IInstances Instances { get; }

    /// <summary>Whether this machine has what the configured providers need.</summary>
    IDoctor Doctor { get; }
}

/// <summary>The platform where the engine itself is: what a client over a network has, and the choice on whose behalf it is used.</summary>
public interface ILimiQuantixEngine : ILimiQuantix
{
    /// <summary>The same platform as another caller sees it: its project's resources, its permissions.</summary>
    /// <param name="caller">On whose behalf the calls are made.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: the project is no DNS label.</exception>
    ILimiQuantix For(Caller caller);
}
