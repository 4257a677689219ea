using LimiQuantix.Machines;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

/// <summary>Each feature that the hypervisor declares takes effect.</summary>
public abstract partial class HypervisorSuite
{
    /// <summary>
    /// Whether a machine that was defined with a feature has it, seen from beside the contract: in the hypervisor's own description of the machine. A suite of a
    /// hypervisor that declares features says it for each of them.
    /// </summary>
    /// <param name="feature">One of <see cref="ProviderFeatures.OfHypervisors"/>.</param>
    /// <param name="definition">What was defined.</param>
    protected virtual Task<bool> HasEffectAsync(string feature, MachineDefinition definition) =>
        throw new AssertionException($"The hypervisor declares '{feature}', and its suite has no {nameof(HasEffectAsync)} that looks whether it takes effect.");

    /// <summary>Skips the test where the machine under it lacks what a feature needs that the hypervisor understands.</summary>
    protected virtual void RequireFor(string feature)
    {
    }

    public static IEnumerable<string> EveryFeature => ProviderFeatures.OfHypervisors;

    [TestCaseSource(nameof(EveryFeature))]
    public async Task Declared_feature_takes_effect(string feature)
    {
        if (!(await DeclaredAsync()).Contains(feature)) return;
        RequireFor(feature);
        var plain = await TrackedAsync();
        await Provider.EnsureDefinedAsync(plain).WaitAsync(Patience);
        var special = With(await TrackedAsync(), feature);
        await Provider.EnsureDefinedAsync(special).WaitAsync(Patience);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await HasEffectAsync(feature, special), "what was asked for is there");
            Assert.That(await HasEffectAsync(feature, plain), Is.False, "and not where it was not asked for");
        }

        // It is a part of what makes definitions differ: dropped silently, both would be the same.
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsureDefinedAsync(
            plain with { Cpu = special.Cpu, Firmware = special.Firmware, Disks = special.Disks, Devices = special.Devices }));
    }

    [Test]
    public async Task Declared_features_are_known_ones_of_hypervisors_each_once() => Assert.That(
        await DeclaredAsync(), Is.Unique.And.SubsetOf(ProviderFeatures.OfHypervisors));

    /// <summary>A definition that needs a feature.</summary>
    protected static MachineDefinition With(MachineDefinition definition, string feature)
    {
        MachineDisk Cd(DiskBus bus) => new() { Id = Guid.CreateVersion7(), Kind = DiskKind.Cd, Bus = bus };
        return feature switch
        {
            ProviderFeatures.CpuTopology => definition with { Cpu = new MachineCpu { Count = 4, Topology = new CpuTopology { Sockets = 2, Cores = 2 } } },
            ProviderFeatures.CpuModel => definition with { Cpu = definition.Cpu with { Model = "qemu64" } },
            ProviderFeatures.FirmwareUefi => definition with { Firmware = new MachineFirmware { Kind = FirmwareKind.Uefi } },
            ProviderFeatures.FirmwareSecureBoot => definition with { Firmware = new MachineFirmware { Kind = FirmwareKind.Uefi, SecureBoot = true } },
            ProviderFeatures.DiskScsi => definition with { Disks = [definition.Disks[0] with { Bus = DiskBus.Scsi }] },
            ProviderFeatures.DiskSata => definition with { Disks = [definition.Disks[0] with { Bus = DiskBus.Sata }] },
            ProviderFeatures.DiskCd => definition with { Disks = [.. definition.Disks, Cd(DiskBus.Sata)] },
            ProviderFeatures.BootOrder => definition with { Disks = [definition.Disks[0] with { BootOrder = 7 }] },
            ProviderFeatures.DeviceWatchdog => definition with { Devices = [new WatchdogDevice { Action = WatchdogAction.PowerOff }] },
            _ => throw new AssertionException($"The suite has no definition that needs '{feature}': add one."),
        };
    }

    private async Task<IReadOnlyList<string>> DeclaredAsync() => Provider.GetCapability<IDeclaresFeatures>() is { } declares
        ? (await declares.DeclareFeaturesAsync(new DeclareFeaturesRequest()).WaitAsync(Patience)).Features
        : [];
}
