using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Ovsdb.OvnNorthbound;

namespace Ovsdb.Peer;

/// <summary>The tasks. Clients and replicas stay open between them, as in a program that runs.</summary>
internal sealed class Work(string endpoint)
{
    private OvsdbClient? _client;
    private OvsdbReplica? _replica;
    private Socket? _socket;
    private byte[] _message = [];

    /// <summary>What is no part of a task's time.</summary>
    public async Task PrepareAsync(string task, int count)
    {
        if (task is "create" or "seen" or "many" or "clear" or "fill" && _client is null)
        {
            _client = await OvsdbClient.ConnectAsync(endpoint, Northbound.Schema);
            if (task != "fill")
                _replica = await _client.ReplicateAsync(new OvsdbReplicaOptions().Add<LogicalSwitch>());
        }

        if (task != "bare")
            return;
        if (_socket is null)
        {
            _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await _socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint["unix:".Length..]));
            // The same monitor as the client's: the server has the same to do.
            await _socket.SendAsync(Encoding.UTF8.GetBytes("""{"id":1,"method":"monitor_cond_since","params":["OVN_Northbound","m",{"Logical_Switch":[{}]},"00000000-0000-0000-0000-000000000000"]}"""));
            await ReadAsync("\"id\":1,");
        }

        string operations = string.Concat(Enumerable.Range(0, count).Select(i => $$$""",{"op":"insert","table":"Logical_Switch","uuid-name":"row{{{i}}}","row":{"name":"many{{{i}}}"}}"""));
        _message = Encoding.UTF8.GetBytes($$"""{"id":2,"method":"transact","params":["OVN_Northbound"{{operations}}]}""");
    }

    public async Task<long[]> RunAsync(string task, int count)
    {
        switch (task)
        {
            case "create": return await CreateAsync(count);
            case "seen": return await SeenAsync(count);
            case "many": await ManyAsync(count); break;
            case "bare": await BareAsync(); break;
            case "load": await LoadAsync(keep: false); break;
            case "keep": await LoadAsync(keep: true); break;
            case "fill": await FillAsync(count); break;
            case "clear": await ClearAsync(); break;
            default: throw new ArgumentException($"No such task: {task}");
        }

        return [];
    }

    private async Task<long[]> CreateAsync(int count)
    {
        var ticks = new long[count];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            var transaction = new OvsdbTransaction();
            transaction.Insert(new LogicalSwitch { Name = $"create{i}" });
            await _client!.TransactAsync(transaction);
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        return ticks;
    }

    /// <summary>From the beginning of a transaction to the moment when another client's watch has it.</summary>
    private async Task<long[]> SeenAsync(int count)
    {
        await using OvsdbClient other = await OvsdbClient.ConnectAsync(endpoint, Northbound.Schema);
        await using OvsdbReplica replica = await other.ReplicateAsync(new OvsdbReplicaOptions().Add<LogicalSwitch>());
        using OvsdbWatch watch = replica.Watch();
        await using IAsyncEnumerator<OvsdbChange> changes = watch.GetAsyncEnumerator();
        var ticks = new long[count];
        for (int i = 0; i < count; i++)
        {
            var transaction = new OvsdbTransaction();
            transaction.Insert(new LogicalSwitch { Name = $"seen{i}" });
            long start = Stopwatch.GetTimestamp();
            Task<OvsdbTransactionResult> sent = _client!.TransactAsync(transaction);
            await changes.MoveNextAsync();
            ticks[i] = Stopwatch.GetTimestamp() - start;
            await sent;
        }

        return ticks;
    }

    private async Task ManyAsync(int count)
    {
        var transaction = new OvsdbTransaction();
        for (int i = 0; i < count; i++)
            transaction.Insert(new LogicalSwitch { Name = $"many{i}" });
        await _client!.TransactAsync(transaction);
    }

    private async Task BareAsync()
    {
        await _socket!.SendAsync(_message);
        await ReadAsync("\"id\":2,");
    }

    private async Task LoadAsync(bool keep)
    {
        OvsdbClient client = await OvsdbClient.ConnectAsync(endpoint, Northbound.Schema);
        OvsdbReplica replica = await client.ReplicateAsync();
        if (keep)
        {
            (_client, _replica) = (client, replica);
            return;
        }

        await client.DisposeAsync();
    }

    /// <summary>Ports as OVN's users have them, a hundred on a switch.</summary>
    private async Task FillAsync(int count)
    {
        for (int i = 0; i < count; i += 100)
        {
            var transaction = new OvsdbTransaction();
            List<Guid> ports = [];
            for (int j = i; j < i + 100; j++)
            {
                ports.Add(transaction.Insert(new LogicalSwitchPort
                {
                    Name = $"port-{Guid.NewGuid()}",
                    Addresses = [$"0a:00:{j / 65536:x2}:00:{j / 256 % 256:x2}:{j % 256:x2} 10.{j / 65536}.{j / 256 % 256}.{j % 256}"],
                    PortSecurity = [$"0a:00:{j / 65536:x2}:00:{j / 256 % 256:x2}:{j % 256:x2} 10.{j / 65536}.{j / 256 % 256}.{j % 256}"],
                    ExternalIds = [new("project", $"{Guid.NewGuid()}"), new("device", $"machine-{j}"), new("cidrs", "10.0.0.0/8")],
                    Options = [new("requested-chassis", $"host{j % 50}")],
                    Up = true,
                    Enabled = true,
                }));
            }

            transaction.Insert(new LogicalSwitch { Name = $"network-{i}", Ports = OvsdbSet.Create(ports) });
            await _client!.TransactAsync(transaction);
        }
    }

    private async Task ClearAsync()
    {
        var transaction = new OvsdbTransaction();
        transaction.Delete(LogicalSwitch.Table, OvsdbCondition.Every);
        await _client!.TransactAsync(transaction);
    }

    private async Task ReadAsync(string answer)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(answer);
        var buffer = new byte[1 << 20];
        int length = 0;
        bool begun = false;
        while (true)
        {
            if (length == buffer.Length)
                Array.Resize(ref buffer, 2 * length);
            int read = await _socket!.ReceiveAsync(buffer.AsMemory(length));
            begun = begun || buffer.AsSpan(Math.Max(0, length - wanted.Length), read + Math.Min(length, wanted.Length)).IndexOf(wanted) >= 0;
            length += read;
            if (begun && buffer.AsSpan(0, length).EndsWith("\"error\":null}"u8))
                return;
        }
    }
}
