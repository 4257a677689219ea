using System.Globalization;
using BenchmarkDotNet.Attributes;
using LimiQuantix.Core.State;
using LimiQuantix.Core.State.Sqlite;
using LimiQuantix.State;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Benchmarks.HotPaths;

/// <summary>What every operation does many times: documents of about a kilobyte written, read, listed and watched, in both stores.</summary>
public class StateCommits
{
    private const int Documents = 1000;

    private readonly byte[] _document = new byte[1024];
    private string _folder = "";
    private IStateStore? _store;
    private IAsyncEnumerator<StateChange>? _watch;
    private SqliteConnection? _bare;
    private SqliteCommand? _upsert;
    private int _next;

    [GlobalSetup(Targets = [nameof(CommitToMemory), nameof(GetFromMemory), nameof(ListFromMemory), nameof(WatchMemory)])]
    public Task SetUpMemory() => FillAsync(new InMemoryStateStore(TimeProvider.System));

    [GlobalSetup(Targets = [nameof(CommitToSqlite), nameof(GetFromSqlite), nameof(ListFromSqlite), nameof(WatchSqlite)])]
    public Task SetUpSqlite()
    {
        _folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
        var options = new SqliteStateOptions { Path = Path.Combine(_folder, "state.db") };
        return FillAsync(new SqliteStateStore(options, TimeProvider.System, NullLogger<SqliteStateStore>.Instance));
    }

    [GlobalSetup(Target = nameof(CommitToBareSqlite))]
    public void SetUpBare()
    {
        _folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
        _bare = new SqliteConnection($"Data Source={Path.Combine(_folder, "bare.db")};Pooling=false");
        _bare.Open();
        using SqliteCommand create = _bare.CreateCommand();
        create.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE entry (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID";
        create.ExecuteNonQuery();
        _upsert = _bare.CreateCommand();
        _upsert.CommandText = "INSERT INTO entry VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = $value";
        _upsert.Parameters.AddWithValue("$key", "");
        _upsert.Parameters.AddWithValue("$value", _document);
        _upsert.Prepare();
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        if (_watch is not null)
            await _watch.DisposeAsync();
        if (_store is not null)
            await _store.DisposeAsync();
        _upsert?.Dispose();
        _bare?.Dispose();
        if (_folder.Length > 0)
            Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    [Work("State: commit a document, in memory")]
    public Task CommitToMemory() => CommitAsync();

    [Benchmark]
    [Work("State: commit a document, SQLite")]
    public Task CommitToSqlite() => CommitAsync();

    [Benchmark]
    [Peer("State: commit a document, SQLite", "one upsert through Microsoft.Data.Sqlite")]
    public int CommitToBareSqlite()
    {
        _upsert!.Parameters[0].Value = Key(_next++ % Documents);
        return _upsert.ExecuteNonQuery();
    }

    [Benchmark]
    [Work("State: get a document, in memory")]
    public Task<StateEntry?> GetFromMemory() => _store!.GetAsync(Key(7));

    [Benchmark]
    [Work("State: get a document, SQLite")]
    public Task<StateEntry?> GetFromSqlite() => _store!.GetAsync(Key(7));

    [Benchmark]
    [Work("State: list 100 documents by an index, in memory")]
    public Task<StatePage> ListFromMemory() => ListAsync();

    [Benchmark]
    [Work("State: list 100 documents by an index, SQLite")]
    public Task<StatePage> ListFromSqlite() => ListAsync();

    [Benchmark]
    [Work("State: commit a document and see it in a watch, in memory")]
    public Task WatchMemory() => WatchAsync();

    [Benchmark]
    [Work("State: commit a document and see it in a watch, SQLite")]
    public Task WatchSqlite() => WatchAsync();

    private static string Key(int i) => string.Create(CultureInfo.InvariantCulture, $"machines/{i:d8}");

    private async Task FillAsync(IStateStore store)
    {
        _store = store;
        new Random(1).NextBytes(_document);
        for (int i = 0; i < Documents; i++)
            await CommitAsync();
    }

    private Task<StateCommit> CommitAsync()
    {
        int i = _next++ % Documents;
        var mutation = new StateMutation { Key = Key(i), Value = _document, Indexes = [new StateIndex { Name = "node", Value = i % 10 == 0 ? "first" : "other" }] };
        return _store!.CommitAsync(new StateTransaction { Mutations = [mutation] });
    }

    private Task<StatePage> ListAsync() => _store!.ListAsync(new StateQuery { Prefix = "machines/", IndexName = "node", IndexValue = "first" });

    private async Task WatchAsync()
    {
        // From a cursor on: one that began by itself could begin behind the commit.
        _watch ??= _store!.WatchAsync("machines/", (await ListAsync()).Cursor).GetAsyncEnumerator();
        ValueTask<bool> seen = _watch.MoveNextAsync();
        await CommitAsync();
        await seen;
    }
}
