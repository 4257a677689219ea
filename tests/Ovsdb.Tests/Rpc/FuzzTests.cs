using System.Buffers;
using System.Text;
using LimiQuantix.Testing;
using Ovsdb.Rpc;

namespace Ovsdb.Tests.Rpc;

/// <summary>Whatever a server sends is a message or an <see cref="OvsdbException"/> or JSON's own error, which ends the connection; nothing hangs, nothing grows.</summary>
internal sealed class FuzzTests
{
    private static readonly string SchemaText = File.ReadAllText(RepositoryRoot.Combine("tests/Ovsdb.Tests/Data.ovsschema"));

    private static readonly string[] Seeds =
    [
        """{"id":1,"result":[false,"00000000-0000-0000-0000-000000000000",{"Root":{"00000000-0000-4000-8000-0000000000aa":{"initial":{"name":"a","integers":["set",[1,2,3]],"pairs":["map",[["a","b"]]],"id":["uuid","00000000-0000-4000-8000-0000000000ab"],"real":1.5,"flag":true,"some":"x"}}}}],"error":null}""",
        """{"id":null,"method":"update3","params":["m","00000000-0000-0000-0000-000000000001",{"Root":{"00000000-0000-4000-8000-0000000000aa":{"modify":{"integers":["set",[3,4]],"pairs":["map",[["a","b"],["c","d"]]],"maybe_text":["set",[]],"leaves":["uuid","00000000-0000-4000-8000-0000000000ac"]}}}}]}""",
        """{"id":null,"method":"update2","params":["m",{"Root":{"00000000-0000-4000-8000-0000000000aa":{"delete":null}},"Leaf":{"00000000-0000-4000-8000-0000000000ac":{"insert":{"name":"é\u2603"}}}}]}""",
        """{"id":2,"result":[{"uuid":["uuid","00000000-0000-4000-8000-0000000000aa"]},{"count":3},{"rows":[{"_uuid":["uuid","00000000-0000-4000-8000-0000000000aa"],"name":"x"}]},{"error":"constraint violation","details":"d"}],"error":null}""",
        """{"id":"echo","method":"echo","params":[]}""",
        """{"error":{"error":"syntax error","details":"d","syntax":"{}"},"id":3,"result":null}""",
        """{"id":null,"method":"locked","params":["l"]}""",
    ];

    [Test]
    public void Any_bytes_are_a_message_or_an_error()
    {
        int rounds = Soak.Rounds(20_000, 1_000_000), errors = 0, right = 0;
        var random = new Random(20_261);
        OvsdbSchema schema = OvsdbSchema.Parse(SchemaText);
        for (int i = 0; i < rounds; i++)
        {
            byte[] bytes = Mutate(random, Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]));
            var sink = new Sink(schema);
            var calls = new CallTable();
            calls.Add(sink.Monitoring);
            calls.Add(sink.Transacting);
            calls.Add(new PendingCall<bool>("x", _ => { }, (ref System.Text.Json.Utf8JsonReader _) => true));
            var dispatcher = new MessageDispatcher(calls, sink);
            var scanner = new MessageScanner();
            int from = 0, at = 0;
            try
            {
                while (at < bytes.Length)
                {
                    int piece = Math.Min(random.Next(1, 64), bytes.Length - at);
                    int end = scanner.Scan(bytes.AsSpan(at, piece));
                    at += end < 0 ? piece : end;
                    if (end < 0)
                        continue;
                    dispatcher.Dispatch(Sequence(random, bytes.AsMemory(from, at - from)));
                    scanner = default;
                    from = at;
                    right++;
                }
            }
            catch (OvsdbException)
            {
                errors++;
            }
            catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException && e is not ObjectDisposedException)
            {
                // JSON's own: text that is none, and strings that are no UTF-8.
                errors++;
            }
        }

        Assert.That((right > rounds / 50, errors > rounds / 50), Is.EqualTo((true, true)), $"{right} messages, {errors} errors: both are to be tried");
        Soak.Note(rounds, "damaged OVSDB messages: each a message or an error");
    }

    [Test]
    public void Any_text_is_a_schema_or_an_error()
    {
        int rounds = Soak.Rounds(3000, 100_000);
        var random = new Random(7);
        byte[] seed = Encoding.UTF8.GetBytes(SchemaText);
        for (int i = 0; i < rounds; i++)
        {
            string text = Encoding.UTF8.GetString(Mutate(random, seed));
            try
            {
                OvsdbSchema.Parse(text);
            }
            catch (OvsdbException)
            {
                // As it is to be.
            }
        }

        Soak.Note(rounds, "damaged OVSDB schemas: each a schema or an error");
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        var result = new List<byte>(bytes);
        for (int i = random.Next(4); i > 0 && result.Count > 1; i--)
        {
            int at = random.Next(result.Count);
            switch (random.Next(7))
            {
                case 0:
                    result[at] = (byte)random.Next(256);
                    break;
                case 1:
                    result.RemoveRange(at, Math.Min(random.Next(1, 20), result.Count - at));
                    break;
                case 2:
                    result.InsertRange(at, result.GetRange(at, Math.Min(random.Next(1, 40), result.Count - at)));
                    break;
                case 3:
                    result.Insert(at, (byte)"{}[]\",:\\0-9eE.tfn "[random.Next(18)]);
                    break;
                case 4:
                    result.InsertRange(at, Enumerable.Repeat((byte)(random.Next(2) == 0 ? '[' : '{'), random.Next(200)));
                    break;
                case 5:
                    result.InsertRange(at, Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]));
                    break;
                default:
                    result.RemoveRange(at, result.Count - at);
                    break;
            }
        }

        return [.. result];
    }

    private static ReadOnlySequence<byte> Sequence(Random random, Memory<byte> bytes)
    {
        if (random.Next(2) == 0 || bytes.Length < 2)
            return new ReadOnlySequence<byte>(bytes);
        int cut = random.Next(1, bytes.Length);
        var first = new Piece(bytes[..cut], 0);
        Piece second = first.Add(bytes[cut..]);
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> bytes, long at)
        {
            Memory = bytes;
            RunningIndex = at;
        }

        public Piece Add(ReadOnlyMemory<byte> bytes)
        {
            var next = new Piece(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }

    private sealed class Sink : INotificationSink
    {
        private readonly OvsdbReplica _replica;
        private readonly Replication.Monitor _monitor;

        public Sink(OvsdbSchema schema)
        {
            _replica = new OvsdbReplica([.. schema.Tables.Select(table => new OvsdbTableSelection(table))], false, _ => ValueTask.CompletedTask);
            _monitor = new Replication.Monitor("m", _replica, schema, null);
            var transaction = new OvsdbTransaction();
            transaction.Insert(new OvsdbRow(schema.Table("Root")));
            transaction.Delete(schema.Table("Leaf"), OvsdbCondition.Every);
            transaction.Select(schema.Table("Root"), OvsdbCondition.Every);
            Monitoring = _monitor.Request();
            Transacting = new PendingCall<OvsdbTransactionResult>("transact", _ => { }, (ref System.Text.Json.Utf8JsonReader reader) => OvsdbTransactionResult.Read(ref reader, transaction));
        }

        public PendingCall Monitoring { get; }

        public PendingCall Transacting { get; }

        public void Notify(string method, ref System.Text.Json.Utf8JsonReader parameters)
        {
            if (!method.StartsWith("update", StringComparison.Ordinal))
                return;
            Json.JsonText.Expect(ref parameters, System.Text.Json.JsonTokenType.StartArray);
            Json.JsonText.Next(ref parameters);
            if (parameters.TokenType == System.Text.Json.JsonTokenType.String)
                _monitor.ReadUpdate(method, ref parameters);
        }
    }
}
