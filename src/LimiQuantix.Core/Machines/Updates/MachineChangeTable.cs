using System.Collections.Frozen;

namespace LimiQuantix.Core.Machines.Updates;

/// <summary>What a change of one member takes.</summary>
/// <param name="Effect">What it takes; a hypervisor may say more, never less.</param>
/// <param name="Reason">Why, where that is no matter of course.</param>
internal sealed record MemberEffect(ChangeEffect Effect, string? Reason = null);

/// <summary>
/// The one table of what can be changed of a machine, and how: each member of <see cref="LimiQuantix.Machines.MachineSpec"/>, of its disks and of its interfaces, by its name as
/// in JSON. A test holds that none is missing.
/// </summary>
internal static class MachineChangeTable
{
    /// <summary>The member whose values are told nowhere.</summary>
    public const string MayHoldSecrets = "/spec/cloudInit";

    private static readonly MemberEffect InPlace = new(ChangeEffect.InPlace);
    private static readonly MemberEffect NeedsPowerOff = new(ChangeEffect.NeedsPowerOff);

    /// <summary>Of a spec. <see langword="null"/>: asked at the creation only, or said by another member.</summary>
    public static readonly FrozenDictionary<string, MemberEffect?> Spec = new Dictionary<string, MemberEffect?>
    {
        ["name"] = InPlace,
        ["labels"] = InPlace,
        ["sharing"] = InPlace,
        ["runPolicy"] = InPlace,
        ["cpu"] = NeedsPowerOff,
        ["memory"] = NeedsPowerOff,
        ["graphics"] = NeedsPowerOff,
        ["serials"] = NeedsPowerOff,
        ["channels"] = NeedsPowerOff,
        ["devices"] = NeedsPowerOff,
        // Each of the list by its name; see below.
        ["disks"] = NeedsPowerOff,
        ["nics"] = NeedsPowerOff,
        ["firmware"] = new(ChangeEffect.NeedsReplacement, "What an installed guest boots with is written on its disk."),
        ["cloudInit"] = new(ChangeEffect.NeedsReplacement, "A guest is set up at its first boot only."),
        ["node"] = new(ChangeEffect.Impossible, "A machine stays on its node."),
        ["image"] = null,
        ["start"] = null,
        ["allowNoLogin"] = null,
    }.ToFrozenDictionary();

    /// <summary>Of a disk that is there before and after.</summary>
    public static readonly FrozenDictionary<string, MemberEffect?> Disk = new Dictionary<string, MemberEffect?>
    {
        ["name"] = null,
        ["source"] = new(ChangeEffect.NeedsReplacement, "A disk begins as something once: remove it, and add another one."),
        ["sizeBytes"] = NeedsPowerOff,
        ["pool"] = new(ChangeEffect.NeedsReplacement, "A disk stays in its pool: remove it, and add another one."),
        ["bus"] = NeedsPowerOff,
        ["bootOrder"] = NeedsPowerOff,
        ["keepOnDelete"] = InPlace,
    }.ToFrozenDictionary();

    /// <summary>Of a network interface that is there before and after.</summary>
    public static readonly FrozenDictionary<string, MemberEffect?> Nic = new Dictionary<string, MemberEffect?>
    {
        ["name"] = null,
        ["source"] = NeedsPowerOff,
        ["macAddress"] = NeedsPowerOff,
        ["addresses"] = NeedsPowerOff,
        ["securityGroups"] = NeedsPowerOff,
        ["forwards"] = NeedsPowerOff,
        ["bootOrder"] = NeedsPowerOff,
    }.ToFrozenDictionary();

    /// <summary>The disc in a CD drive, by a hypervisor that can change it.</summary>
    public static MemberEffect Disc => InPlace;

    /// <summary>A disk or an interface that is added or removed.</summary>
    public static MemberEffect Part => NeedsPowerOff;

    /// <summary>The table's effect, or the hypervisor's where that takes more.</summary>
    public static MemberEffect Tightened(string member, MemberEffect effect, IReadOnlyDictionary<string, ChangeEffect> hypervisor) =>
        hypervisor.TryGetValue(member, out var there) && Enum.IsDefined(there) && there > effect.Effect
            ? new MemberEffect(there, "The machine's hypervisor says so.")
            : effect;
}
