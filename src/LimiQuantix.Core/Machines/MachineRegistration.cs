using LimiQuantix.Core.Consoles;
using LimiQuantix.Core.Jobs;
using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Machines.Ensuring;
using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Machines.Power;
using LimiQuantix.Core.Machines.Quarantine;
using LimiQuantix.Core.Machines.Reconciliation;
using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Core.Machines.Updates;
using LimiQuantix.Core.Machines.Waiting;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources.Status;
using LimiQuantix.Core.Storage.Bases;
using LimiQuantix.Diagnostics;
using LimiQuantix.State;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Machines;

/// <summary>How the machine engine's parts are put together.</summary>
internal static class MachineRegistration
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<MachineRecords>();
        services.AddSingleton<MachineReservations>();
        services.AddSingleton<IEngineService>(provider => provider.GetRequiredService<MachineReservations>());
        services.AddSingleton<SpecResolution>();
        services.AddSingleton<MachineTeardown>();
        services.AddSingleton<SeedWriter>();
        services.AddSingleton<BasePublisher>();
        services.AddSingleton<ProviderJobRunner>();
        services.AddSingleton<MachinePorts>();
        services.AddSingleton<MachineProvisioning>();
        services.AddSingleton<MachinePlacement>();
        services.AddSingleton<MachineCreation>();
        services.AddSingleton<MachineDeletion>();
        services.AddSingleton<MachineChangeJudge>();
        services.AddSingleton<MachineUpdating>();
        services.AddSingleton<MachineApplying>();
        services.AddSingleton<MachineEnsuring>();
        services.AddSingleton<MachinePower>();
        services.AddSingleton<MachineObserver>();
        services.AddSingleton(provider => new StatusTable<MachineStatusDocument>(provider.GetRequiredService<IStateStore>(), "machines"));
        services.AddSingleton<MachineReader>();
        services.AddSingleton<IEngineService, MachineStatusKeeper>();
        services.AddSingleton<MachineWatch>();
        services.AddSingleton<MachineWaiter>();
        services.AddSingleton<ForwardProbe>();
        services.AddSingleton<ReadinessProbe>();
        services.AddSingleton<SerialLogReader>();
        services.AddSingleton<AdoptedVolumes>();
        services.AddSingleton<MachineQuarantine>();
        services.AddSingleton<IReportsPrerequisites>(provider => provider.GetRequiredService<MachineQuarantine>());
        services.AddSingleton<MachineRoom>();
        services.AddSingleton<IOperationKind, MachineCreateKind>();
        services.AddSingleton<IOperationKind, MachineStartKind>();
        services.AddSingleton<PowerObserver>();
        services.AddSingleton<MachineShutdown>();
        services.AddSingleton<IOperationKind, MachineStopKind>();
        services.AddSingleton<IOperationKind, MachineRestartKind>();
        services.AddSingleton<IOperationKind, MachineResetKind>();
        services.AddSingleton<IOperationKind>(provider => ActivatorUtilities.CreateInstance<MachineHoldKind>(provider, true));
        services.AddSingleton<IOperationKind>(provider => ActivatorUtilities.CreateInstance<MachineHoldKind>(provider, false));
        services.AddSingleton<IOperationKind, MachineRedefineKind>();
        services.AddSingleton<IOperationKind, MachineUpdateKind>();
        services.AddSingleton<IOperationKind, MachineDeleteKind>();
        services.AddSingleton<IOperationKind, MachinePurgeKind>();
        services.AddSingleton<IEngineService, MachineReconciler>();
    }
}
