using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Tests.Resources;

/// <summary>Documents are written and read by what the source generator made, and mean the same as they did by reflection.</summary>
public sealed class StateJsonTests
{
    private static IEnumerable<Type> Stored => typeof(StateJsonContext).GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute)).Select(attribute => (Type)attribute.ConstructorArguments[0].Value!);

    private static IReadOnlyList<Type> Reachable { get; } = [.. Stored.SelectMany(type => Walk(type, [])).Distinct()];

    [TestCaseSource(nameof(Stored))]
    public void Stored_type_and_all_that_is_in_it_come_from_the_generator_and_keep_their_defaults(Type stored)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var type in Walk(stored, []))
            {
                var info = StateJson.Options.GetTypeInfo(type);
                Assert.That(info.OriginatingResolver, Is.Not.InstanceOf<DefaultJsonTypeInfoResolver>(), type.Name);
                if (info.Kind != JsonTypeInfoKind.Object || type.IsAbstract) continue;
                Assert.That(info.CreateObject is not null, $"{type.Name} is made as it is by default");
                Assert.That(
                    info.Properties.Where(property => property.Get is not null && property.Set is null && (property.AttributeProvider as PropertyInfo)?.CanWrite == true).Select(property => property.Name), Is.Empty, type.Name);
            }
        }
    }

    [Test]
    public void Every_enum_that_is_stored_is_a_name_and_one_of_a_newer_version_reads_as_unknown() => Assert.That(
        Reachable.Where(type => type.IsEnum && StateJson.Options.GetTypeInfo(type).Converter.GetType() is var converter
            && !(converter.IsGenericType && converter.GetGenericTypeDefinition() == typeof(TolerantEnumConverter<>))).Select(type => type.Name),
        Is.Empty);

    [Test]
    public void Document_that_does_not_say_something_means_the_default_at_every_depth()
    {
        var json = """{"id":"0197f2f4-0000-7000-8000-000000000001","project":"default","name":"a","phase":"ready","spec":{"name":"a","cpu":{"model":"host"},"disks":[{"source":{"kind":"blank"}}]}}""";

        var spec = JsonSerializer.Deserialize(JsonDocument.Parse(json).RootElement.GetProperty("spec"), StateJson.TypeOf<MachineSpec>())!;

        Assert.That((spec.Cpu.Count, spec.Cpu.Model, spec.Memory.SizeBytes, spec.Start, spec.Sharing), Is.EqualTo((1, "host", 1L << 30, true, ResourceSharing.Project)));
        Assert.That((spec.Labels.Count, spec.Devices.Count, spec.Disks.Single().KeepOnDelete), Is.EqualTo((0, 0, false)));
        Assert.That(spec.Disks.Single().Source, Is.TypeOf<BlankDiskSource>());
    }

    [TestCase("""{"cpu":{"count":2}}""", "name")]
    [TestCase("""{"name":null}""", "name")]
    [TestCase("""{"name":"a","labels":null}""", "labels")]
    public void What_is_required_or_must_not_be_null_is_still_refused(string json, string member) => Assert.That(
        () => JsonSerializer.Deserialize(json, StateJson.TypeOf<MachineSpec>()), Throws.InstanceOf<JsonException>().With.Message.Contains(member));

    [Test]
    public void What_the_context_does_not_know_cannot_be_stored_and_is_named() => Assert.That(
        () => StateJson.ToBytesAsIs(new GetOptions()), Throws.InstanceOf<NotSupportedException>().With.Message.Contains(nameof(GetOptions)));

    [Test]
    public void Text_is_as_it_is_and_members_are_in_camel_case() => Assert.That(
        Encoding.UTF8.GetString(StateJson.ToBytes(new MachineStatusSample().Spec)), Does.Contain("\"name\":\"山<'\"").And.Contain("\"runPolicy\":\"onFailure\""));

    [Test]
    public void New_document_has_the_bytes_that_it_has_when_it_is_written_over_itself()
    {
        var id = Guid.CreateVersion7();
        var document = new MachineDocument
        {
            Id = id, Project = "default", Name = "a", Phase = MachinePhase.Ready, Node = "local", InstanceId = "iid", Hypervisor = "fake", Spec = new MachineStatusSample().Spec, Disks = [], Nics = [],
            Labels = new Dictionary<string, string> { ["é\n<"] = "\"山" }, CreatedAt = DateTimeOffset.UnixEpoch.AddTicks(1234567),
        };

        var first = DocumentSerializer<MachineDocument>.Write(document);
        var again = DocumentSerializer<MachineDocument>.Write(document, first);

        Assert.That(Encoding.UTF8.GetString(again.Span), Is.EqualTo(Encoding.UTF8.GetString(first.Span)));
        Assert.That(DocumentSchema.NumberOf(System.Text.Json.Nodes.JsonNode.Parse(first.Span)!.AsObject()), Is.EqualTo(DocumentSchema.Of(typeof(MachineDocument)).Current));
    }

    private sealed record MachineStatusSample
    {
        public MachineSpec Spec { get; } = new() { Name = "山<'", RunPolicy = RunPolicy.OnFailure };
    }

    private static IEnumerable<Type> Walk(Type type, HashSet<Type> seen)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (!seen.Add(type)) yield break;
        var info = StateJson.Options.GetTypeInfo(type);
        yield return type;
        IEnumerable<Type> next = info.Kind switch
        {
            JsonTypeInfoKind.Object => info.Properties.Where(property => property.Get is not null || property.Set is not null).Select(property => property.PropertyType).Concat(info.PolymorphismOptions?.DerivedTypes.Select(known => known.DerivedType) ?? []),
            JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary => [info.ElementType!],
            _ => [],
        };
        foreach (var one in next.SelectMany(inner => Walk(inner, seen))) yield return one;
    }
}
