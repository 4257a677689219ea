using System.Text.Json.Serialization;

namespace LimiQuantix.Hypervisor.Libvirt.Accelerators;

[JsonSerializable(typeof(VerdictFile))]
internal sealed partial class VerdictJson : JsonSerializerContext;
