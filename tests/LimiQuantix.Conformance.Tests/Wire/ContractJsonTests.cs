using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LimiQuantix.Conformance.Wire;
using LimiQuantix.Consoles;
using LimiQuantix.Images;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Tests.Wire;

/// <summary>Every record of the contract survives being bytes.</summary>
public sealed class ContractJsonTests
{
    private static readonly MethodInfo RoundTripMethod = typeof(ContractJsonTests).GetMethod(nameof(RoundTrip), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>All but what a process gives to a provider in itself, what holds an open stream, and pages and events, which the suite of all nouns carries.</summary>
    private static IEnumerable<Type> Records => typeof(IProvider).Assembly.GetExportedTypes().Where(IsRecord)
        .Where(type => !type.IsAbstract && !type.IsGenericTypeDefinition && type.GetProperties().All(property => property.PropertyType != typeof(Stream)) && type != typeof(ProviderContext));

    private static IEnumerable<Type> Unions => typeof(IProvider).Assembly.GetExportedTypes().Where(ContractUnions.IsUnion);

    [TestCaseSource(nameof(Records))]
    public void Record_is_the_same_after_it_was_bytes(Type type) => RoundTripMethod.MakeGenericMethod(type).Invoke(null, [Sample(type)]);

    [TestCaseSource(nameof(Unions))]
    public void Union_keeps_its_case(Type union)
    {
        foreach (var type in ContractUnions.CasesOf(union).Where(type => type.GetProperties().All(property => property.PropertyType != typeof(Stream))))
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(Sample(type), union, ContractJson.Options);
            Assert.That(JsonSerializer.Deserialize(bytes, union, ContractJson.Options), Is.TypeOf(type));
            Assert.That(Encoding.UTF8.GetString(bytes), Does.StartWith("{\"kind\":\"" + JsonNamingPolicy.CamelCase.ConvertName(type.Name)));
        }
    }

    [TestCase("https://host/a%20b/%2e%2E/c%2Fd/../x?key=a%7Eb%2Dc%41&e=\u00e9")]
    [TestCase("s3://bucket/a//b/./~c")]
    public void Location_stays_as_it_was_written(string text) =>
        Assert.That(ContractJson.FromBytes<ImageRangeRequest>(ContractJson.ToBytes(new ImageRangeRequest { Location = text })).Location, Is.EqualTo(text));

    [Test]
    public void Kind_may_stand_anywhere() => Assert.That(
        ContractJson.FromBytes<DiskAttachment>("{\"nodeId\":\"local\",\"path\":\"/a\",\"format\":\"raw\",\"kind\":\"fileDisk\"}"u8),
        Is.EqualTo(new FileDisk { NodeId = NodeId.Local, Path = "/a", Format = DiskFormat.Raw }));

    [Test]
    public void Case_of_a_newer_version_is_refused() =>
        Assert.That(() => ContractJson.FromBytes<DiskAttachment>("{\"kind\":\"holographicDisk\",\"nodeId\":\"local\"}"u8), Throws.InstanceOf<JsonException>());

    [Test]
    public void Enum_of_a_newer_version_is_unknown() => Assert.That(ContractJson.FromBytes<DiskFormat>("\"vmdk\""u8), Is.EqualTo(DiskFormat.Unknown));

    [Test]
    public void Member_that_is_required_is_missed() => Assert.That(() => ContractJson.FromBytes<FileDisk>("{\"nodeId\":\"local\"}"u8), Throws.InstanceOf<JsonException>());

    private static void RoundTrip<T>(T sample)
    {
        var bytes = ContractJson.ToBytes(sample);
        var back = ContractJson.FromBytes<T>(bytes);

        Assert.That(Encoding.UTF8.GetString(ContractJson.ToBytes(back)), Is.EqualTo(Encoding.UTF8.GetString(bytes)));
        using var json = JsonDocument.Parse(bytes);
        if (json.RootElement.ValueKind != JsonValueKind.Object) return;
        foreach (var property in Settable(typeof(T)))
        {
            Assert.That(json.RootElement.TryGetProperty(JsonNamingPolicy.CamelCase.ConvertName(property.Name), out _), Is.True, property.Name);
            Assert.That(property.GetValue(back), Is.Not.EqualTo(Default(property.PropertyType)), property.Name);
        }
    }

    private static object? Default(Type type) => type.IsValueType ? RuntimeHelpers.GetUninitializedObject(type) : null;

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    // What is ignored stays in the caller's process.
    private static IEnumerable<PropertyInfo> Settable(Type type) => type.GetProperties()
        .Where(property => property.CanWrite && property.GetMethod is { IsStatic: false } && !property.IsDefined(typeof(JsonIgnoreAttribute)));

    /// <summary>A value of which nothing is as it is by default.</summary>
    private static object Sample(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Sample(inner);
        if (type == typeof(string)) return "é\"<\n";
        if (type == typeof(bool)) return true;
        if (type == typeof(Guid)) return Guid.NewGuid();
        if (type == typeof(TimeSpan)) return TimeSpan.FromTicks(123_456_789);
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(2031, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);
        if (type == typeof(NodeId)) return new NodeId("node-7");
        if (type == typeof(ConsoleKind)) return new ConsoleKind("spice-2");
        if (type == typeof(ImageDigest)) return new ImageDigest("sha256", new string('a', 64));
        if (type == typeof(ReadOnlyMemory<byte>)) return (ReadOnlyMemory<byte>)new byte[] { 0, 255, 7 };
        if (type.IsEnum) return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        if (type.IsPrimitive) return Convert.ChangeType(7, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) return ListOf(type.GetGenericArguments()[0]);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)) return DictionaryOf(type.GetGenericArguments()[1]);
        if (type.IsAbstract) return Sample(ContractUnions.CasesOf(type).First(candidate => candidate != typeof(OpenedConsole)));
        var sample = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in Settable(type)) property.SetValue(sample, Sample(property.PropertyType));
        // A node's name is its id, which is no free text.
        if (sample is Node node) return node with { Name = "node-7" };
        return sample;
    }

    private static System.Collections.IDictionary DictionaryOf(Type value)
    {
        var dictionary = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), value))!;
        dictionary["a"] = Sample(value);
        return dictionary;
    }

    private static Array ListOf(Type item)
    {
        var list = Array.CreateInstance(item, 2);
        list.SetValue(Sample(item), 0);
        list.SetValue(Sample(item), 1);
        return list;
    }
}
