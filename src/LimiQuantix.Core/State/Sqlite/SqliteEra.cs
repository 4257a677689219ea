using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>
/// Notices, when a state file is opened, that it is not the one that was used here last, and then begins a new era. A mark beside the file
/// holds era, revision and identity. Noticed: a file restored in place from a backup that is older than the mark, a file put in its place, a
/// copy without its mark, a folder copied or restored whole. Not noticed: a disk or virtual machine rolled back whole, and a backup that a
/// crashed program's file was restored from although it was at most <see cref="MarkEvery"/> older. Then the operator deletes the mark.
/// </summary>
internal sealed partial class SqliteEra(string path, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>How old the mark's revision may be while the file is written.</summary>
    private static readonly TimeSpan MarkEvery = TimeSpan.FromSeconds(5);

    private readonly RepeatedFailures _failures = new(timeProvider);

    private long? _marked;

    /// <summary>Looks without changing anything.</summary>
    /// <returns>Whether the file is the one that was used here last.</returns>
    public bool IsSame(SqliteConnection connection)
    {
        // The mark first: it is never ahead of the file, but the file moves on.
        var mark = SqliteMark.Read(path);
        return IsSame(mark, SqliteMeta.Read(connection));
    }

    /// <summary>Adopts a new file, or begins a new era in one that is not the former. The connection has begun a write transaction.</summary>
    public (bool Keep, bool Result) Settle(SqliteConnection connection)
    {
        var mark = SqliteMark.Read(path);
        var meta = SqliteMeta.Read(connection);
        // Another process may have been first.
        if (IsSame(mark, meta)) return (false, true);
        if (mark is null && meta.Store == 0)
        {
            meta = meta with { Store = NewStore(connection) };
        }
        else
        {
            var former = meta.Era;
            if (meta.Store == 0) NewStore(connection);
            meta = SqliteTransactions.RaiseEra(connection, mark?.Era ?? 0);
            LogNewEra(path, former, meta.Era);
        }

        Mark(meta);
        return (true, true);
    }

    /// <summary>Begins a new era because somebody wishes it.</summary>
    public (bool Keep, SqliteMeta Meta) Raise(SqliteConnection connection, long above)
    {
        var former = SqliteMeta.Read(connection).Era;
        var meta = SqliteTransactions.RaiseEra(connection, above);
        LogNewEra(path, former, meta.Era);
        // Before the commit: when that fails, the mark is ahead and the next to open begins another era.
        Mark(meta);
        return (true, meta);
    }

    /// <summary>Writes down now and then how far the file is. The connection has begun a write transaction and changed nothing in it yet.</summary>
    public void Note(SqliteConnection connection)
    {
        if (_marked is not { } marked || timeProvider.GetElapsedTime(marked) < MarkEvery) return;
        try
        {
            Mark(SqliteMeta.Read(connection));
        }
        catch (LimiQuantixException e)
        {
            // A mark that stays behind notices a little less; the change is worth more.
            _marked = timeProvider.GetTimestamp();
            var (level, trace, reason) = _failures.Judge(this, e);
            LogMarkFailed(level, trace, reason, path);
        }
    }

    /// <summary>Writes down how far the file is before it is closed. The connection has begun a write transaction.</summary>
    public void NoteEnd(SqliteConnection connection)
    {
        if (_marked is not null) Mark(SqliteMeta.Read(connection));
    }

    private bool IsSame(SqliteMark? mark, SqliteMeta meta)
    {
        if (mark is null || mark.Store != meta.Store || mark.Era != meta.Era || mark.Revision > meta.Revision) return false;
        if (mark.File != FileIdentity.Of(path)) return false;
        _marked ??= timeProvider.GetTimestamp();
        return true;
    }

    private void Mark(SqliteMeta meta)
    {
        new SqliteMark { Store = meta.Store, Era = meta.Era, Revision = meta.Revision, File = FileIdentity.Of(path) }.Write(path);
        _marked = timeProvider.GetTimestamp();
    }

    private static long NewStore(SqliteConnection connection)
    {
        var store = Random.Shared.NextInt64(1, long.MaxValue);
        SqliteMeta.Write(connection, "store", store);
        return store;
    }

    [LoggerMessage(1, LogLevel.Warning, "The state file {Path} was restored, copied or declared new: era {Former} ends and era {Era} begins.")]
    private partial void LogNewEra(string path, long former, long era);

    [LoggerMessage(EventId = 2, Message = "The mark beside the state file {Path} could not be written; it is tried again: {Reason}")]
    private partial void LogMarkFailed(LogLevel level, Exception? exception, string reason, string path);
}
