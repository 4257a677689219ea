namespace LimiQuantix.Core.Machines;

/// <summary>The kinds of machine operations.</summary>
internal static class MachineOperationKinds
{
    public const string Create = "machines.create";
    public const string Start = "machines.start";
    public const string Stop = "machines.stop";
    public const string Delete = "machines.delete";
}
