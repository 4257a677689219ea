using System.Reflection;
using System.Text.Json;
using LimiQuantix.Core.Machines.Updates;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class MachineChangeTableTests
{
    [Test]
    public void Table_has_every_member_of_a_spec_and_no_other()
    {
        Assert.That(MachineChangeTable.Spec.Keys, Is.EquivalentTo(MembersOf<MachineSpec>()));
        Assert.That(MachineChangeTable.Disk.Keys, Is.EquivalentTo(MembersOf<DiskSpec>()));
        Assert.That(MachineChangeTable.Nic.Keys, Is.EquivalentTo(MembersOf<NicSpec>()));
    }

    [Test]
    public void Update_can_say_every_member_that_needs_no_replacement()
    {
        var changeable = MachineChangeTable.Spec.Where(entry => entry.Value is { Effect: ChangeEffect.InPlace or ChangeEffect.NeedsPowerOff }).Select(entry => entry.Key);
        Assert.That(MembersOf<MachineUpdate>(), Is.EquivalentTo(changeable));
        Assert.That(MembersOf<DiskUpdate>(), Is.EquivalentTo(MachineChangeTable.Disk.Keys.Except(["name"])));
        Assert.That(MembersOf<NicUpdate>(), Is.EquivalentTo(MachineChangeTable.Nic.Keys.Except(["name"])));
    }

    [Test]
    public void Hypervisor_may_say_more_and_never_less()
    {
        var facts = new MachineChangeFacts
        {
            HypervisorEffects = new Dictionary<string, ChangeEffect>
            {
                ["memory"] = ChangeEffect.NeedsReplacement, ["firmware"] = ChangeEffect.InPlace, ["cpu"] = (ChangeEffect)99, ["disks"] = ChangeEffect.Impossible,
            },
        };
        var there = new MachineSpec { Name = "a", Disks = [DiskSpec.Blank(1 << 20) with { Name = "d" }] };
        var wanted = there with
        {
            Cpu = new MachineCpu { Count = 2 },
            Memory = new MachineMemory { SizeBytes = 2L << 30 },
            Firmware = new MachineFirmware { Kind = FirmwareKind.Uefi },
            Disks = [there.Disks[0] with { KeepOnDelete = true }, DiskSpec.Blank(1 << 20) with { Name = "e" }],
        };

        var effects = MachineChanges.Between(there, wanted, facts).ToDictionary(change => change.Planned.Pointer, change => change.Effect);

        Assert.That(effects, Is.EquivalentTo(new Dictionary<string, ChangeEffect>
        {
            ["/spec/memory/sizeBytes"] = ChangeEffect.NeedsReplacement,
            ["/spec/firmware/kind"] = ChangeEffect.NeedsReplacement,
            ["/spec/cpu/count"] = ChangeEffect.NeedsPowerOff,
            ["/spec/disks/0/keepOnDelete"] = ChangeEffect.InPlace,
            ["/spec/disks/1"] = ChangeEffect.Impossible,
        }));
    }

    private static IEnumerable<string> MembersOf<T>() =>
        typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
}
