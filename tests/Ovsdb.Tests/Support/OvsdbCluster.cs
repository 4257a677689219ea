using LimiQuantix.Testing;

namespace Ovsdb.Tests.Support;

/// <summary>A raft cluster of ovsdb-servers, joined over unix sockets.</summary>
internal sealed class OvsdbCluster : IAsyncDisposable
{
    private readonly TemporaryFolder _raft = new();
    private readonly List<OvsdbServer> _members = [];

    private OvsdbCluster(string database) => Database = database;

    public string Database { get; }

    public IReadOnlyList<OvsdbServer> Members => _members;

    public string Endpoints => string.Join(',', _members.Select(member => member.Endpoint));

    public static async Task<OvsdbCluster> StartAsync(int members, string schema = "ovn-nb.ovsschema", string database = "OVN_Northbound")
    {
        Requires.Tool("ovsdb-server");
        string tool = Requires.Tool("ovsdb-tool");
        var cluster = new OvsdbCluster(database);
        string first = $"unix:{cluster._raft.Combine("1.raft")}";
        for (int i = 1; i <= members; i++)
        {
            var folder = new TemporaryFolder();
            string[] create = i == 1
                ? ["create-cluster", folder.Combine("db"), OvsdbServer.Schema(schema), first]
                : ["join-cluster", folder.Combine("db"), database, $"unix:{cluster._raft.Combine($"{i}.raft")}", first];
            await Command.OutputAsync(tool, create);
            cluster._members.Add(await OvsdbServer.StartMemberAsync(folder));
        }

        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        foreach (OvsdbServer member in cluster._members)
        {
            while (!(await member.ControlAsync("cluster/status", database)).Contains("Status: cluster member", StringComparison.Ordinal))
                await Task.Delay(50, deadline.Token);
        }

        return cluster;
    }

    /// <summary>The member that leads now; waits for one.</summary>
    public async Task<OvsdbServer> LeaderAsync()
    {
        for (int i = 0; i < 600; i++)
        {
            foreach (OvsdbServer member in _members.Where(each => each.IsRunning))
            {
                if ((await member.ControlAsync("cluster/status", Database)).Contains("Role: leader", StringComparison.Ordinal))
                    return member;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("The cluster has no leader.");
    }

    public OvsdbClientOptions Options(OvsdbSchema schema) => new()
    {
        Endpoints = Endpoints,
        Schema = schema,
        CallTimeout = TimeSpan.FromSeconds(60),
        Reconnect = { MaxDelay = TimeSpan.FromSeconds(1) },
    };

    public async ValueTask DisposeAsync()
    {
        foreach (OvsdbServer member in _members)
            await member.DisposeAsync();
        await _raft.DisposeAsync();
    }
}
