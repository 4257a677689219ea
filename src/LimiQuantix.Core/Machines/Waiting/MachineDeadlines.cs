using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Waiting;

/// <summary>Deadlines that fit what executes the guest: without hardware acceleration a guest takes several times as long.</summary>
internal static class MachineDeadlines
{
    private const double TcgFactor = 5;

    public static TimeSpan Scale(TimeSpan timeout, string? accelerator) => accelerator == "kvm" ? timeout : timeout * TcgFactor;

    /// <summary>How long a wait lasts unless the caller says otherwise, on hardware acceleration.</summary>
    public static TimeSpan ForWait(Readiness readiness) => readiness switch
    {
        Readiness.Running => TimeSpan.FromMinutes(1),
        Readiness.Address or Readiness.Agent => TimeSpan.FromMinutes(2),
        _ => TimeSpan.FromMinutes(5),
    };
}
