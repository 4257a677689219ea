using LimiQuantix.Core.Machines.Updates;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines;

/// <summary>The kinds of machine operations.</summary>
internal static class MachineOperationKinds
{
    public const string Create = "machines.create";
    public const string Start = "machines.start";
    public const string Stop = "machines.stop";
    public const string Restart = "machines.restart";
    public const string Reset = "machines.reset";
    public const string Pause = "machines.pause";
    public const string Resume = "machines.resume";
    public const string Redefine = "machines.redefine";
    public const string Update = "machines.update";
    public const string Delete = "machines.delete";
    public const string Purge = "machines.purge";
}

/// <summary>The steps of machine operations, as progress names them.</summary>
internal static class MachineStepNames
{
    public const string Base = "base";
    public const string Convert = "convert";
    public const string Volume = "volume";
    public const string Network = "network";
    public const string Seed = "seed";
    public const string Define = "define";
    public const string Update = "update";
    public const string Grow = "grow";
    public const string Remove = "remove";
    public const string Attach = "attach";
    public const string Start = "start";
    public const string Stop = "stop";
    public const string Reset = "reset";
    public const string Pause = "pause";
    public const string Resume = "resume";
    public const string Delete = "delete";
}

/// <summary>How a machine's record was before an operation's intent changed it: what its cancellation puts back.</summary>
internal sealed record MachineBefore
{
    /// <summary>The machine; <see langword="null"/> when there was none.</summary>
    public Guid? MachineId { get; init; }

    public MachinePhase Phase { get; init; } = MachinePhase.Ready;

    public bool ShouldRun { get; init; }

    /// <summary>How often its power was wished cut until then, this operation's own wish included.</summary>
    public long PowerCuts { get; init; }

    /// <summary>Whether it was on when the operation began; <see langword="null"/> until that was looked at.</summary>
    public bool? WasOn { get; init; }

    /// <summary>Its power when the operation began; <see langword="null"/> until that was looked at.</summary>
    public PowerState? Was { get; init; }

    /// <summary>Whether what cannot be done twice is done: a later attempt goes on behind it.</summary>
    public bool IsHalfDone { get; init; }

    /// <summary>What an update found wanted: what its cancellation or failure puts back.</summary>
    public MachineShape? Wanted { get; init; }

    /// <summary>What the machine had when an update was asked for.</summary>
    public MachineShape? Applied { get; init; }

    public static MachineBefore Of(MachineDocument machine) => new() { MachineId = machine.Id, Phase = machine.Phase, ShouldRun = machine.ShouldRun, PowerCuts = machine.PowerCuts };
}
