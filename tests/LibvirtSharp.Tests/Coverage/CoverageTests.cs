using System.Reflection;
using System.Text.Json;
using LibvirtSharp.Generator;
using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Tests.Coverage;

/// <summary>Counts what is there against the protocol's facts, which it reads itself.</summary>
internal sealed class CoverageTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    [TestCase("remote", typeof(RemoteProgram), typeof(RemoteProcedure), 443, 51)]
    [TestCase("qemu", typeof(QemuProgram), typeof(QemuProcedure), 7, 1)]
    public void Every_procedure_has_a_method_or_a_message(string program, Type type, Type procedures, int count, int messages)
    {
        JsonElement[] facts = [.. Facts().GetProperty(program).GetProperty("procedures").EnumerateArray()];
        int[] numbers = facts.Select(fact => fact.GetProperty("number").GetInt32()).ToArray();
        Assert.That(numbers, Has.Length.EqualTo(count));
        Assert.That(Enum.GetValuesAsUnderlyingType(procedures), Is.EquivalentTo(numbers));

        foreach (JsonElement fact in facts)
        {
            string name = Enum.GetName(procedures, fact.GetProperty("number").GetInt32())!;
            Assert.That(Plain(name), Is.EqualTo(Plain(fact.GetProperty("name").GetString()!)));
            if (!fact.TryGetProperty("msg", out _))
                Assert.That(type.GetMethod(name + "Async", Declared), Is.Not.Null, name);
        }
        Assert.That(facts.Count(fact => fact.TryGetProperty("msg", out _)), Is.EqualTo(messages));
        Assert.That(type.GetMethods(Declared).Count(method => method.Name.EndsWith("Async", StringComparison.Ordinal)), Is.EqualTo(count - messages));
    }

    [Test]
    public void Every_message_is_read_and_every_one_with_a_callback_becomes_an_event()
    {
        JsonElement root = Facts();
        int decoded = 0;
        foreach (JsonElement fact in root.GetProperty("remote").GetProperty("procedures").EnumerateArray().Where(fact => fact.TryGetProperty("msg", out _)))
        {
            // Zeros are a valid message of every kind: empty strings, absent options, no elements.
            int number = fact.GetProperty("number").GetInt32();
            var reader = new XdrReader(new byte[4096]);
            object? message = RemoteProgram.ReadMessage(number, ref reader);
            Assert.That(message, Is.Not.Null, fact.GetProperty("name").GetString());
            bool numbered = message!.GetType().GetField("CallbackID") is not null || number == (int)RemoteProcedure.ConnectEventConnectionClosed;
            Assert.That(LibvirtSharp.Events.EventDecoder.RouteOf(message) is not null, Is.EqualTo(numbered), message.GetType().Name);
            if (!numbered)
                continue;
            Assert.That(LibvirtSharp.Events.EventDecoder.Decode(message, null!), Is.Not.Null, message.GetType().Name);
            decoded++;
        }
        Assert.That(decoded, Is.EqualTo(35));
    }

    [Test]
    public void Every_kind_of_domain_event_libvirt_has_can_be_subscribed_to() =>
        Assert.That(
            Enum.GetValues<LibvirtEventKind>().Where(kind => (int)kind < 100).Select(kind => (int)kind),
            Is.EquivalentTo(Enum.GetValues<DomainEventId>().Select(id => (int)id)));

    [Test]
    public void Every_value_of_every_enum_is_there_but_the_counts_of_values()
    {
        int compared = 0;
        foreach (JsonProperty facts in Facts("enums.json").GetProperty("enums").EnumerateObject().Where(facts => !EnumWriter.Unneeded.Contains(facts.Name)))
        {
            (string Name, long Value)[] members = [.. facts.Value.EnumerateObject().Select(member => (member.Name, member.Value.GetInt64()))];
            long most = members.Max(member => member.Value);
            Type type = typeof(LibvirtConnection).Assembly.GetType($"LibvirtSharp.{EnumWriter.TypeName(facts.Name)}", throwOnError: true)!;
            HashSet<long> values = [.. Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(value => Convert.ToInt64(value, null))];
            foreach ((string name, long value) in members.Where(member => !(member.Name.EndsWith("_LAST", StringComparison.Ordinal) && member.Value == most)))
                Assert.That(values, Has.Member(value), name);
            compared++;
        }
        Assert.That(compared, Is.GreaterThan(150));
    }

    [Test]
    public void Keepalive_has_the_facts_numbers()
    {
        JsonElement keepAlive = Facts().GetProperty("programs").GetProperty("keepalive");
        Assert.Multiple(() =>
        {
            Assert.That(keepAlive.GetProperty("program").GetUInt32(), Is.EqualTo(Programs.KeepAlive));
            Assert.That(keepAlive.GetProperty("procedures").GetProperty("PING").GetInt32(), Is.EqualTo(Programs.KeepAlivePing));
            Assert.That(keepAlive.GetProperty("procedures").GetProperty("PONG").GetInt32(), Is.EqualTo(Programs.KeepAlivePong));
        });
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    private static JsonElement Facts(string name = "protocol.json")
    {
        string path = Path.Combine(RepositoryRoot.Find(), "eng", "LibvirtSharp.Generator", "Data", name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
