namespace LimiQuantix.Core.Machines;

/// <summary>The steps of machine operations, as progress names them.</summary>
internal static class MachineStepNames
{
    public const string Base = "base";
    public const string Convert = "convert";
    public const string Volume = "volume";
    public const string Network = "network";
    public const string Seed = "seed";
    public const string Define = "define";
    public const string Start = "start";
    public const string Stop = "stop";
    public const string Delete = "delete";
}
