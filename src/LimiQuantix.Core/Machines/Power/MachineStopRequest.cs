using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>What a stop operation was asked.</summary>
internal sealed record MachineStopRequest
{
    public StopMode Mode { get; init; }
}
