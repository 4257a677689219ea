namespace Ovsdb.Client;

/// <summary>What a server says of its databases in <c>_Server</c> (ovsdb-server(5), table Database).</summary>
internal sealed class ServerDatabase : OvsdbRow
{
    private static readonly OvsdbBaseType Text = new(OvsdbAtomicType.String);
    private static readonly OvsdbBaseType Flag = new(OvsdbAtomicType.Boolean);
    private static readonly OvsdbBaseType Id = new(OvsdbAtomicType.Uuid);

    public ServerDatabase()
        : base(Table)
    {
    }

    public static OvsdbColumn<string> NameColumn { get; } = new("name", new OvsdbColumnType(Text));

    public static OvsdbTable<ServerDatabase> Table { get; } = new(
        "Database",
        () => new ServerDatabase(),
        NameColumn,
        new OvsdbColumn("model", new OvsdbColumnType(Text)),
        new OvsdbColumn("connected", new OvsdbColumnType(Flag)),
        new OvsdbColumn("leader", new OvsdbColumnType(Flag)),
        new OvsdbColumn("cid", new OvsdbColumnType(Id, min: 0)),
        new OvsdbColumn("index", new OvsdbColumnType(new OvsdbBaseType(OvsdbAtomicType.Integer), min: 0)));

    public string Name => (string)Get(0)!;

    /// <summary><c>standalone</c>, <c>clustered</c> or <c>relay</c>.</summary>
    public string Model => (string)Get(1)!;

    public bool IsConnected => (bool)Get(2)!;

    public bool IsLeader => (bool)Get(3)!;

    /// <summary>The cluster's id.</summary>
    public Guid? ClusterId => (Guid?)Get(4);

    /// <summary>How far the member's log reaches.</summary>
    public long LogIndex => Get(5) as long? ?? 0;

    /// <summary>Why a client cannot use the server now; null when it can.</summary>
    public string? Refusal(bool leaderOnly) => (Model, IsConnected, IsLeader) switch
    {
        ("standalone", _, _) => null,
        (_, false, _) => Model == "relay" ? "the relay has no connection to its source" : "it has no connection to its cluster",
        ("relay", _, _) when leaderOnly => $"it is a relay, and no leader; {nameof(OvsdbClientOptions)}.{nameof(OvsdbClientOptions.LeaderOnly)} = false takes one",
        (_, _, false) when leaderOnly => "it is not the leader of its cluster",
        _ => null,
    };
}
