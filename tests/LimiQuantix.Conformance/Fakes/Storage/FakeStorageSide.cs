using LimiQuantix.Images;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>The options of a fake pool. They may be changed while it works.</summary>
public sealed class FakeStorageOptions : FakeOptions
{
    /// <summary>What its bases may take in all.</summary>
    public long CapacityBytes { get; set; } = 1L << 40;

    /// <summary>How long a base that was asked for or imported waits for its volume, when another volume of it goes.</summary>
    public TimeSpan KeepsUnusedBases { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether every node reaches it.</summary>
    public bool IsShared { get; set; }

    /// <summary>Whether an attachment is a device whose number is a new one each time, as with kernel-mapped devices.</summary>
    public bool GivesDevices { get; set; }
}

/// <summary>A volume as the fakes' world keeps it.</summary>
public sealed record FakeVolume
{
    /// <summary>What it was made as.</summary>
    public required VolumeDefinition Definition { get; init; }

    /// <summary>Where it is attached.</summary>
    public IReadOnlyList<FakeAttachment> Attachments { get; init; } = [];
}

/// <summary>Where a volume is attached.</summary>
public sealed record FakeAttachment
{
    /// <summary>Its id, which the engine chose.</summary>
    public required Guid Id { get; init; }

    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>The node.</summary>
    public required NodeId Node { get; init; }

    /// <summary>How.</summary>
    public required VolumeAccess Access { get; init; }

    /// <summary>The device's number.</summary>
    public int Device { get; init; }
}

/// <summary>Until when a base waits for a volume.</summary>
internal sealed record FakeReservation
{
    public required DateTimeOffset Until { get; init; }
}

/// <summary>A base as the fakes' world keeps it.</summary>
public sealed record FakeBase
{
    /// <summary>What it was made as.</summary>
    public required BaseImport Import { get; init; }
}

/// <summary>The other side of a fake pool: what people and reboots do to it.</summary>
public sealed class FakeStorageSide
{
    private readonly FakeWorld _world;
    private readonly string _area;

    internal FakeStorageSide(FakeWorld world, string instance)
    {
        _world = world;
        _area = $"{nameof(IStorageBackend)}/{instance}/";
    }

    /// <summary>Every volume, other installations' too.</summary>
    public IReadOnlyList<FakeVolume> Volumes => _world.Read(things => All(things).ToList());

    /// <summary>Every base.</summary>
    public IReadOnlyList<FakeBase> Bases => _world.Read(things => AllBases(things).ToList());

    /// <summary>A volume, or <see langword="null"/>.</summary>
    public FakeVolume? Find(Guid volumeId) => _world.Read(things => Find(things, volumeId));

    /// <summary>A base's bytes, or <see langword="null"/>.</summary>
    public byte[]? ReadBase(ImageDigest digest) => _world.Read(things => things.Read(BytesKey(digest)));

    /// <summary>Makes another installation's volume.</summary>
    public Guid AddForeign()
    {
        var id = Guid.NewGuid();
        Do(things => Put(things, new FakeVolume
        {
            Definition = new VolumeDefinition { Ownership = new Ownership { InstallationId = Guid.NewGuid(), ResourceId = id }, SizeBytes = 1 << 20 },
        }));
        return id;
    }

    /// <summary>Removes a volume by hand.</summary>
    public void Remove(Guid volumeId) => Do(things => things.Remove(VolumeKey(volumeId)));

    /// <summary>Removes a base by hand.</summary>
    public void RemoveBase(ImageDigest digest) => Do(things => RemoveBase(things, digest));

    /// <summary>Forgets every attachment, as a node's reboot does.</summary>
    public void Reboot() => Do(things =>
    {
        foreach (var volume in All(things).ToList()) Put(things, volume with { Attachments = [] });
    });

    internal FakeVolume? Find(FakeThings things, Guid id) => things.Get<FakeVolume>(VolumeKey(id));

    internal IEnumerable<FakeVolume> All(FakeThings things) => things.All<FakeVolume>(_area + "volumes/");

    internal IEnumerable<FakeBase> AllBases(FakeThings things) => things.All<FakeBase>(_area + "bases/");

    internal FakeBase? FindBase(FakeThings things, ImageDigest digest) => things.Get<FakeBase>(BaseKey(digest));

    internal void Put(FakeThings things, FakeVolume volume) => things.Put(VolumeKey(volume.Definition.Ownership.ResourceId), volume);

    // Which job made it, and of which file, is no part of a base.
    internal void PutBase(FakeThings things, BaseImport import, byte[] bytes)
    {
        things.Put(BytesKey(import.Digest), bytes);
        things.Put(BaseKey(import.Digest), new FakeBase { Import = import with { Source = new NodeFile { NodeId = NodeId.Local, Path = "" } } });
    }

    /// <summary>Keeps a base for the volume that is to follow.</summary>
    internal void Reserve(FakeThings things, ImageDigest digest, DateTimeOffset until) => things.PutAside(ReservationKey(digest), new FakeReservation { Until = until });

    /// <summary>The volume followed.</summary>
    internal void Release(FakeThings things, ImageDigest digest) => things.RemoveAside(ReservationKey(digest));

    internal static ImageDigest? BaseOf(VolumeDefinition definition) => (definition.Source as BaseVolumeSource)?.Digest;

    // The base goes first: who is killed in between still sees the volume, and deletes it again.
    internal void Remove(FakeThings things, FakeVolume volume, DateTimeOffset now)
    {
        if (BaseOf(volume.Definition) is { } digest && All(things).Count(other => BaseOf(other.Definition) == digest) == 1
            && !(things.GetAside<FakeReservation>(ReservationKey(digest))?.Until > now))
            RemoveBase(things, digest);
        things.Remove(VolumeKey(volume.Definition.Ownership.ResourceId));
    }

    // A log, not a thing: that a number was given does not make two worlds differ.
    internal int NextDevice(FakeThings things)
    {
        things.Append(_area + "devices", "{}");
        return things.Lines(_area + "devices").Count;
    }

    private void RemoveBase(FakeThings things, ImageDigest digest)
    {
        things.Remove(BaseKey(digest));
        things.Remove(BytesKey(digest));
    }

    private void Do(Action<FakeThings> change) => _world.Change(things =>
    {
        change(things);
        return 0;
    });

    private string VolumeKey(Guid id) => $"{_area}volumes/{id}";

    private string BaseKey(ImageDigest digest) => $"{_area}bases/{digest.Algorithm}-{digest.Hex}";

    private string ReservationKey(ImageDigest digest) => $"{_area}reservations/{digest.Algorithm}-{digest.Hex}";

    private string BytesKey(ImageDigest digest) => $"{_area}bytes/{digest.Algorithm}-{digest.Hex}";
}
