using System.Buffers;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Ovsdb;
using Ovsdb.Json;
using Ovsdb.OvnNorthbound;
using Ovsdb.Rpc;

namespace LimiQuantix.Benchmarks.HotPaths;

/// <summary>OVSDB's messages: found in the stream, read into a replica, and written.</summary>
public class OvsdbMessages
{
    private const int Ports = 1000;
    private const string Id = "00000000-0000-0000-0000-";

    private readonly ArrayBufferWriter<byte> _written = new(1 << 20);
    private readonly OvsdbTransaction _transaction = new();
    private MessageDispatcher? _dispatcher;
    private Ovsdb.Replication.Monitor? _monitor;
    private ReadOnlySequence<byte> _content;
    private ReadOnlySequence<byte>[] _changes = [];
    private int _next;

    [GlobalSetup]
    public void SetUp()
    {
        _content = Message(
            $$"""{"id":1,"result":[false,"{{Id}}000000000001",{"Logical_Switch_Port": """ + $"{{{string.Join(',', Enumerable.Range(1, Ports).Select(Port))}}}" + """}],"error":null}""");
        _changes =
        [
            .. from host in Enumerable.Range(0, 2)
               let difference = $$"""{"modify":{"up":{{(host == 0 ? "false" : "true")}},"options":["map",[["requested-chassis","host{{host}}"]]] } }"""
               select Message($$"""{"id":null,"method":"update3","params":["m","{{Id}}00000000000{{host}}",{"Logical_Switch_Port":{"{{Id}}000000000007":{{difference}} } } ]}"""),
        ];
        var replica = new OvsdbReplica([new OvsdbTableSelection(LogicalSwitchPort.Table)], false, _ => ValueTask.CompletedTask);
        _monitor = new Ovsdb.Replication.Monitor("m", replica, Northbound.Schema, null);
        _dispatcher = new MessageDispatcher(new CallTable(), new Sink(_monitor));
        for (int i = 0; i < 100; i++)
            _transaction.Insert(new LogicalSwitchPort { Name = $"port-{i}", Addresses = [$"0a:00:00:00:00:{i:x2} 10.0.0.{i}"], ExternalIds = [new("device", $"machine-{i}")] });
        Load();
    }

    [Benchmark]
    [Work("Ovsdb: find the end of a message of 1,000 ports")]
    public int Scan() => new MessageScanner().Scan(_content.FirstSpan);

    [Benchmark]
    [Work("Ovsdb: read 1,000 ports into a replica")]
    public int Load()
    {
        // The answer is to a connection's first call.
        var calls = new CallTable();
        calls.Add(_monitor!.Request());
        new MessageDispatcher(calls, new Sink(_monitor)).Dispatch(_content);
        return _monitor.Replica.Current.Table<LogicalSwitchPort>().Count;
    }

    [Benchmark]
    [Peer("Ovsdb: read 1,000 ports into a replica", "JsonDocument, the JSON alone")]
    public int LoadJson()
    {
        using JsonDocument document = JsonDocument.Parse(_content);
        return document.RootElement.GetPropertyCount();
    }

    [Benchmark]
    [Work("Ovsdb: take a changed port into a replica of 1,000")]
    public long Change()
    {
        _next ^= 1;
        _dispatcher!.Dispatch(_changes[_next]);
        return _monitor!.Replica.Current.Version;
    }

    [Benchmark]
    [Work("Ovsdb: write a transaction of 100 ports")]
    public int Write()
    {
        _written.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_written, JsonText.WriterOptions);
        _transaction.Write(writer, "OVN_Northbound");
        writer.Flush();
        return _written.WrittenCount;
    }

    private static string Port(int i)
    {
        string mac = $"0a:00:00:00:{i / 256:x2}:{i % 256:x2}", ip = $"10.0.{i / 256}.{i % 256}";
        string maps = $$"""
            "external_ids":["map",[["device","machine-{{i}}"],["project","p{{i % 10}}"]] ],"options":["map",[["requested-chassis","host{{i % 50}}"]] ]
            """;
        return $$"""
            "{{Id}}{{i:x12}}":{"initial":{"name":"port-{{i}}","addresses":"{{mac}} {{ip}}","port_security":["set",["{{mac}}","{{ip}}"]],{{maps}},"up":true,"enabled":true,"type":""} }
            """;
    }

    private static ReadOnlySequence<byte> Message(string json) => new(Encoding.UTF8.GetBytes(json));

    private sealed class Sink(Ovsdb.Replication.Monitor monitor) : INotificationSink
    {
        public void Notify(string method, ref Utf8JsonReader parameters)
        {
            JsonText.Next(ref parameters);
            monitor.ReadUpdate(method, ref parameters);
        }
    }
}
