using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Guests;
using LimiQuantix.Core.Images;
using LimiQuantix.Core.Images.Catalog;
using LimiQuantix.Core.Images.Import;
using LimiQuantix.Core.Instances;
using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Machines.Power;
using LimiQuantix.Core.Machines.Quarantine;
using LimiQuantix.Core.Machines.Updates;
using LimiQuantix.Core.Networks;
using LimiQuantix.Core.Nodes;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources.Queries;
using LimiQuantix.Core.Storage;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Operations;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Resources;

/// <summary>
/// Everything that is written into the state or read from it, by the source generator: nothing is found by reflection when it runs, so that hosts may be trimmed
/// or compiled ahead of time. What is not here cannot be stored, and the error names it.
/// </summary>
// Documents of resources, and what was seen of them.
[JsonSerializable(typeof(NodeDocument))]
[JsonSerializable(typeof(NodeStatusDocument))]
[JsonSerializable(typeof(PoolDocument))]
[JsonSerializable(typeof(PoolStatusDocument))]
[JsonSerializable(typeof(VolumeDocument))]
[JsonSerializable(typeof(VolumeStatusDocument))]
[JsonSerializable(typeof(NetworkDocument))]
[JsonSerializable(typeof(NetworkStatusDocument))]
[JsonSerializable(typeof(ImageDocument))]
[JsonSerializable(typeof(ImageStatusDocument))]
[JsonSerializable(typeof(MachineDocument))]
[JsonSerializable(typeof(MachineStatusDocument))]
[JsonSerializable(typeof(InstanceDocument))]
[JsonSerializable(typeof(InstanceStatusDocument))]
// What is stored beside them.
[JsonSerializable(typeof(NameEntry))]
[JsonSerializable(typeof(IndexNote))]
[JsonSerializable(typeof(Departure))]
[JsonSerializable(typeof(Tombstone))]
[JsonSerializable(typeof(VolumeLock))]
[JsonSerializable(typeof(ProjectUsage))]
[JsonSerializable(typeof(Reservation))]
[JsonSerializable(typeof(EraNote))]
[JsonSerializable(typeof(LeaderNote))]
[JsonSerializable(typeof(LeaseHolderNote))]
[JsonSerializable(typeof(ResourceRequest))]
// Operations: what they are, were asked, note and give.
[JsonSerializable(typeof(Operation))]
[JsonSerializable(typeof(OperationCheckpoint))]
[JsonSerializable(typeof(CancelEntry))]
[JsonSerializable(typeof(IdempotencyEntry))]
[JsonSerializable(typeof(MachineSpec))]
[JsonSerializable(typeof(MachineUpdate))]
[JsonSerializable(typeof(MachineStopRequest))]
[JsonSerializable(typeof(MachineDiscRequest))]
[JsonSerializable(typeof(ImageImportRequest))]
[JsonSerializable(typeof(MachineBefore))]
[JsonSerializable(typeof(MachinePurge))]
[JsonSerializable(typeof(ResourceUpdate))]
[JsonSerializable(typeof(VolumeUpdate))]
[JsonSerializable(typeof(VolumeGrowth))]
[JsonSerializable(typeof(VirtualMachine))]
[JsonSerializable(typeof(QuarantinedMachine))]
[JsonSerializable(typeof(Volume))]
[JsonSerializable(typeof(Image))]
// What cursors are bound to, and the catalogue's files.
[JsonSerializable(typeof(PageCursor))]
[JsonSerializable(typeof(NodeQuery))]
[JsonSerializable(typeof(PoolQuery))]
[JsonSerializable(typeof(VolumeQuery))]
[JsonSerializable(typeof(NetworkQuery))]
[JsonSerializable(typeof(ImageQuery))]
[JsonSerializable(typeof(MachineQuery))]
[JsonSerializable(typeof(OperationQuery))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(CatalogDocument))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class StateJsonContext : JsonSerializerContext
{
    /// <summary>
    /// Lets what a document does not say be what its type says. The generator makes a record by one expression with all its <c>init</c> members, and those that the
    /// document lacks become null or zero; here it is made as it is by default and what was read is set, one by one.
    /// </summary>
    public static void KeepDefaults(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.CreateObject is not null) return;
        if (type.ConstructorAttributeProvider is not ConstructorInfo constructor || constructor.GetParameters().Length > 0) return;
        var make = ConstructorInvoker.Create(constructor);
        type.CreateObject = () => make.Invoke();
        foreach (var property in type.Properties)
        {
            // What is left out of documents is not set either.
            if (property.Set is null || property.AttributeProvider is not PropertyInfo { SetMethod: { } setter }) continue;
            var set = MethodInvoker.Create(setter);
            property.Set = (target, value) => set.Invoke(target, value);
        }
    }
}
