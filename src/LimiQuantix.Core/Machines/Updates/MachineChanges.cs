using System.Globalization;
using System.Text.Json.Nodes;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Updates;

/// <summary>One difference between two specs.</summary>
/// <param name="Planned">Where it is, and what it takes.</param>
/// <param name="What">The member in words, such as <c>cpu.count</c> or <c>disk 'data': sizeBytes</c>.</param>
/// <param name="Present">The present value as JSON; <see langword="null"/> for what is not there.</param>
/// <param name="Wanted">The wanted value as JSON; <see langword="null"/> for what is not to be there.</param>
internal sealed record MachineChange(PlannedChange Planned, string What, string? Present, string? Wanted)
{
    private const int MaxShown = 200;

    /// <summary>Whether its values are told nowhere.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The disk that is removed.</summary>
    public string? RemovedDisk { get; init; }

    public ChangeEffect Effect => Planned.Effect;

    /// <summary>Says what is there, what is wanted, and what that takes.</summary>
    public string Sentence => $"{What} {Values}: {InWords}.{(Planned.Reason is null ? "" : " " + Planned.Reason)}";

    private string Values => IsSecret ? "differs" : $"is {Shown(Present)} and wanted {Shown(Wanted)}";

    private string InWords => Effect switch
    {
        ChangeEffect.InPlace => "done at once",
        ChangeEffect.NeedsPowerOff => "needs the power off",
        ChangeEffect.NeedsReplacement => "needs a new one",
        _ => "cannot be done",
    };

    private static string Shown(string? json) => json is null ? "absent" : json.Length <= MaxShown ? json : json[..MaxShown] + "…";
}

/// <summary>Finds every difference between two complete specs, with what it takes. Records with lists compare by reference, so it is what they say as JSON that is compared.</summary>
internal static class MachineChanges
{
    private static readonly IReadOnlyDictionary<string, ChangeEffect> NothingTighter = new Dictionary<string, ChangeEffect>();

    /// <param name="there">The spec that there is.</param>
    /// <param name="wanted">The spec that is wanted.</param>
    /// <param name="facts">What the machine's hypervisor and pools can do; by default everything.</param>
    public static IReadOnlyList<MachineChange> Between(MachineSpec there, MachineSpec wanted, MachineChangeFacts? facts = null)
    {
        facts ??= new MachineChangeFacts();
        List<MachineChange> changes = [];
        var (left, right) = (Json(there), Json(wanted));
        foreach (var (member, effect) in MachineChangeTable.Spec.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (effect is null || member is "disks" or "nics") continue;
            var tightened = MachineChangeTable.Tightened(member, effect, facts.HypervisorEffects);
            // What everybody has, and is not the spec's alone, is where the resource has it.
            var pointer = member is "name" or "labels" or "sharing" ? $"/{member}" : $"/spec/{member}";
            Compare(left[member], right[member], pointer, member, (place, what, present, value) => changes.Add(Change(place, what, tightened, present, value)));
        }

        Parts(there.Disks, wanted.Disks, disk => disk.Name, "disk", (one, other, place, what) => Disk(one, other, place, what, facts, changes), facts, changes);
        Parts(there.Nics ?? [], wanted.Nics ?? [], nic => nic.Name, "nic", (one, other, place, what) => Nic(one, other, place, what, facts, changes), facts, changes);
        return changes;
    }

    private static void Parts<T>(
        IReadOnlyList<T> there, IReadOnlyList<T> wanted, Func<T, string?> nameOf, string kind, Action<T, T, string, string> compare, MachineChangeFacts facts, List<MachineChange> changes)
        where T : class
    {
        var part = MachineChangeTable.Tightened(kind + "s", MachineChangeTable.Part, facts.HypervisorEffects);
        foreach (var (index, gone) in there.Index().Where(one => wanted.All(other => nameOf(other) != nameOf(one.Item))))
        {
            changes.Add(Change(Place(index), $"{kind} '{nameOf(gone)}'", part, Json(gone), null) with { RemovedDisk = gone is DiskSpec ? nameOf(gone) : null });
        }

        foreach (var (index, one) in wanted.Index())
        {
            if (there.FirstOrDefault(other => nameOf(other) == nameOf(one)) is { } same) compare(same, one, Place(index), $"{kind} '{nameOf(one)}'");
            else changes.Add(Change(Place(index), $"{kind} '{nameOf(one)}'", part, null, Json(one)));
        }

        // The order is what the guest sees first.
        var names = there.Select(nameOf).Where(name => wanted.Any(other => nameOf(other) == name));
        if (!names.SequenceEqual(wanted.Select(nameOf).Where(name => there.Any(other => nameOf(other) == name))))
            changes.Add(Change($"/spec/{kind}s", $"the order of the {kind}s", part, Names(there), Names(wanted)));

        string Place(int index) => string.Create(CultureInfo.InvariantCulture, $"/spec/{kind}s/{index}");

        JsonArray Names(IReadOnlyList<T> parts) => [.. parts.Select(one => (JsonNode?)nameOf(one))];
    }

    private static void Disk(DiskSpec there, DiskSpec wanted, string place, string what, MachineChangeFacts facts, List<MachineChange> changes)
    {
        var (left, right) = (Json(there), Json(wanted));
        foreach (var (member, effect) in MachineChangeTable.Disk)
        {
            if (effect is null || JsonNode.DeepEquals(left[member], right[member])) continue;
            var judged = member switch
            {
                "source" when there.Source is IsoDiskSource && wanted.Source is IsoDiskSource => facts.ChangesMedia
                    ? MachineChangeTable.Disc
                    : new MemberEffect(ChangeEffect.NeedsPowerOff, "The machine's hypervisor changes discs with the power off only."),
                "sizeBytes" when wanted.SizeBytes < there.SizeBytes => new MemberEffect(ChangeEffect.Impossible, "A disk only grows: its guest would lose what is at its end."),
                "sizeBytes" when wanted.Pool is { } pool && !facts.Grows(pool) => new MemberEffect(ChangeEffect.Impossible, $"The pool '{pool}' does not let volumes grow."),
                _ => effect,
            };
            judged = MachineChangeTable.Tightened("disks", judged, member == "keepOnDelete" ? NothingTighter : facts.HypervisorEffects);
            changes.Add(Change($"{place}/{member}", $"{what}: {member}", judged, left[member], right[member]));
        }
    }

    private static void Nic(NicSpec there, NicSpec wanted, string place, string what, MachineChangeFacts facts, List<MachineChange> changes)
    {
        var (left, right) = (Json(there), Json(wanted));
        foreach (var (member, effect) in MachineChangeTable.Nic)
        {
            if (effect is null || JsonNode.DeepEquals(left[member], right[member])) continue;
            changes.Add(Change($"{place}/{member}", $"{what}: {member}", MachineChangeTable.Tightened("nics", effect, facts.HypervisorEffects), left[member], right[member]));
        }
    }

    // Down to the members of members; lists are compared as a whole.
    private static void Compare(JsonNode? there, JsonNode? wanted, string place, string what, Action<string, string, JsonNode?, JsonNode?> found)
    {
        if (JsonNode.DeepEquals(there, wanted)) return;
        if (there is not JsonObject left || wanted is not JsonObject right)
        {
            found(place, what, there, wanted);
            return;
        }

        foreach (var member in left.Select(member => member.Key).Union(right.Select(member => member.Key)).Order(StringComparer.Ordinal))
        {
            var escaped = member.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
            Compare(left[member], right[member], $"{place}/{escaped}", $"{what}.{member}", found);
        }
    }

    private static MachineChange Change(string pointer, string what, MemberEffect effect, JsonNode? present, JsonNode? wanted)
    {
        var planned = new PlannedChange { Pointer = pointer, Effect = effect.Effect, Reason = effect.Reason };
        // What a guest is set up by may hold its secrets: it is in no error, and not even here.
        return pointer.StartsWith(MachineChangeTable.MayHoldSecrets, StringComparison.Ordinal)
            ? new MachineChange(planned, what, null, null) { IsSecret = true }
            : new MachineChange(planned, what, present?.ToJsonString(StateJson.Options), wanted?.ToJsonString(StateJson.Options));
    }

    private static JsonObject Json<T>(T value) => StateJson.ToNode(value).AsObject();
}

/// <summary>What those can do that a machine's changes are asked of.</summary>
internal sealed record MachineChangeFacts
{
    /// <summary>What waits, waits for the power to be off.</summary>
    public static MachineChangeFacts OfWaiting { get; } = new() { ChangesMedia = false };

    /// <summary>Whether the hypervisor changes discs of a machine that is on.</summary>
    public bool ChangesMedia { get; init; } = true;

    /// <summary>What the hypervisor says about members.</summary>
    public IReadOnlyDictionary<string, ChangeEffect> HypervisorEffects { get; init; } = new Dictionary<string, ChangeEffect>();

    /// <summary>Whether a pool's volumes grow.</summary>
    public Func<string, bool> Grows { get; init; } = _ => true;
}
