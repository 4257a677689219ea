using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LimiQuantix.Testing;

namespace Ovsdb.Tests.Support;

/// <summary>A server that says what a test tells it to: right answers, and wrong ones.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private readonly List<Socket> _open = [];
    private int _connections;

    public FakeServer(string? name = null)
    {
        Name = name ?? "f";
        _listener.Bind(new UnixDomainSocketEndPoint(_folder.Combine(Name)));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string Name { get; }

    public string Endpoint => $"unix:{_folder.Combine(Name)}";

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>What the server says of its database.</summary>
    public string Model { get; set; } = "standalone";

    public bool IsLeader { get; set; } = true;

    public bool IsConnected { get; set; } = true;

    public int LogIndex { get; set; }

    /// <summary>The schema that <c>get_schema</c> gives.</summary>
    public string Schema { get; set; } =
        """{"name":"Test","version":"1.0.0","tables":{"T":{"isRoot":true,"columns":{"name":{"type":"string"},"many":{"type":{"key":"integer","min":0,"max":"unlimited"}},"map":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"}}}}}}""";

    /// <summary>Answers a request in place of the usual answer: raw text to send, empty for nothing, null for the usual.</summary>
    public Func<string, JsonElement, string, string?> Answer { get; set; } = (_, _, _) => null;

    /// <summary>The methods that were called.</summary>
    public List<string> Called { get; } = [];

    public OvsdbClientOptions Options => new() { Endpoints = Endpoint, Database = "Test", CallTimeout = TimeSpan.FromSeconds(5), Reconnect = { FirstDelay = TimeSpan.FromMilliseconds(5), MaxDelay = TimeSpan.FromMilliseconds(50) } };

    /// <summary>Sends text on every connection.</summary>
    public async Task SendAsync(string text)
    {
        Socket[] open;
        lock (_open)
            open = [.. _open];
        foreach (Socket socket in open)
            await socket.SendAsync(Encoding.UTF8.GetBytes(text));
    }

    public void Cut()
    {
        lock (_open)
        {
            foreach (Socket socket in _open)
                socket.Dispose();
            _open.Clear();
        }
    }

    public string ServerUpdate(string kind) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["Database"] = new Dictionary<string, object>
        {
            ["00000000-0000-4000-8000-000000000001"] = new Dictionary<string, object>
            {
                [kind] = new Dictionary<string, object>
                {
                    ["name"] = "Test",
                    ["model"] = Model,
                    ["connected"] = IsConnected,
                    ["leader"] = IsLeader,
                    ["cid"] = new[] { "uuid", "00000000-0000-4000-8000-00000000000c" },
                    ["index"] = LogIndex,
                },
            },
        },
    });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        await _folder.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync(_stopping.Token);
                Interlocked.Increment(ref _connections);
                lock (_open)
                    _open.Add(client);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            Cut();
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket client)
    {
        var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                int read = await client.ReceiveAsync(buffer, _stopping.Token);
                if (read == 0)
                    return;
                text.Write(buffer, 0, read);
                while (TakeMessage(text) is { } message)
                {
                    string answer = Serve(message.RootElement);
                    if (answer.Length > 0)
                        await client.SendAsync(Encoding.UTF8.GetBytes(answer), _stopping.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client went away.
        }
        finally
        {
            lock (_open)
                _open.Remove(client);
            client.Dispose();
        }
    }

    private static JsonDocument? TakeMessage(MemoryStream text)
    {
        byte[] bytes = text.ToArray();
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
        if (bytes.Length == 0 || !reader.Read() || !reader.TrySkip())
            return null;
        JsonDocument message = JsonDocument.Parse(bytes.AsMemory(0, (int)reader.BytesConsumed));
        text.SetLength(0);
        text.Write(bytes, (int)reader.BytesConsumed, bytes.Length - (int)reader.BytesConsumed);
        return message;
    }

    private string Serve(JsonElement message)
    {
        string method = message.TryGetProperty("method", out JsonElement name) ? name.GetString()! : "answer";
        string id = message.GetProperty("id").GetRawText();
        JsonElement parameters = message.TryGetProperty("params", out JsonElement given) ? given : default;
        lock (Called)
            Called.Add(method);
        if (Answer(method, parameters, id) is { } own)
            return own;
        return method switch
        {
            "set_db_change_aware" => Result(id, "{}"),
            "monitor_cond_since" when parameters[0].GetString() == "_Server" => Result(id, $"""[false,"00000000-0000-0000-0000-000000000000",{ServerUpdate("initial")}]"""),
            "monitor_cond_since" => Result(id, """[false,"00000000-0000-0000-0000-000000000000",{}]"""),
            "get_schema" => Result(id, Schema),
            "list_dbs" => Result(id, """["Test","_Server"]"""),
            "echo" => Result(id, parameters.GetRawText()),
            "lock" or "steal" => Result(id, """{"locked":true}"""),
            "unlock" or "monitor_cancel" => Result(id, "{}"),
            "transact" => Result(id, $"[{string.Join(',', Enumerable.Repeat("{}", parameters.GetArrayLength() - 1))}]"),
            "cancel" or "answer" => "",
            _ => $$"""{"id":{{id}},"error":"unknown method"}""",
        };
    }

    public static string Result(string id, string result) => $$"""{"id":{{id}},"result":{{result}},"error":null}""";
}
