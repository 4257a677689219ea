using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>
/// The connections to a state file: one that writes, a few that read. SQLite's calls run on the thread pool; waiting for another
/// process's lock takes no thread and ends with the caller's token.
/// </summary>
internal sealed partial class SqliteDatabase(
    SqliteStateOptions options, IReadOnlyList<SqliteMigration> migrations, TimeProvider timeProvider, ILogger logger) : IAsyncDisposable
{
    private const int MaxReaders = 4;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private readonly string _path = Path.GetFullPath(options.Path);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _reading = new(MaxReaders);
    private readonly ConcurrentBag<SqliteConnection> _readers = [];
    private readonly SqliteSchema _schema = new(Path.GetFullPath(options.Path), migrations, timeProvider, logger);
    private readonly SqliteEra _era = new(Path.GetFullPath(options.Path), timeProvider, logger);
    private readonly SqliteReserve _reserve = new(Path.GetFullPath(options.Path), logger);
    private SqliteConnection? _writer;
    private bool _isDisposed;

    /// <summary>Whether the disk is full and what was kept for that is in use.</summary>
    public bool IsOnReserve() => _reserve.IsInUse();

    /// <summary>Runs a write transaction. It is kept when the work says so, otherwise undone.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, (bool Keep, T Result)> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await WithRoomAsync(
                async () =>
                {
                    var writer = await OpenAsync(cancellationToken).ConfigureAwait(false);
                    await BeginAsync(writer, cancellationToken).ConfigureAwait(false);
                    // From here on the token does not matter: the transaction is made whole or not at all.
                    return await Task.Run(() => Transact(writer, work), CancellationToken.None).ConfigureAwait(false);
                }).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Runs queries that all see the same moment.</summary>
    public async Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Read(work), cancellationToken).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.From(e, _path);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Begins a new era.</summary>
    public Task<SqliteMeta> RaiseEraAsync(long above, CancellationToken cancellationToken) =>
        WriteAsync(connection => _era.Raise(connection, above), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        if (_writer is not null) await NoteEndAsync().ConfigureAwait(false);
        await _writing.WaitAsync().ConfigureAwait(false);
        _isDisposed = true;
        for (var i = 0; i < MaxReaders; i++) await _reading.WaitAsync().ConfigureAwait(false);
        foreach (var reader in _readers) await reader.DisposeAsync().ConfigureAwait(false);
        // The last connection that closes moves the log into the file.
        if (_writer is not null) await _writer.DisposeAsync().ConfigureAwait(false);
        _readers.Clear();
        _reading.Release(MaxReaders);
        _writing.Release();
    }

    private async Task EnsureOpenAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _writer) is not null) return;
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await WithRoomAsync(() => OpenAsync(cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    // On a full disk, once more with what was kept for that. What failed was undone whole.
    private async Task<T> WithRoomAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SqliteException or LimiQuantixException)
        {
            var mapped = e is SqliteException sqlite ? SqliteErrors.From(sqlite, _path) : (LimiQuantixException)e;
            if (mapped.Code == ErrorCodes.InsufficientSpace && _reserve.Release()) return await AgainAsync().ConfigureAwait(false);
            throw mapped;
        }

        async Task<T> AgainAsync()
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (SqliteException e)
            {
                throw SqliteErrors.From(e, _path);
            }
        }
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_writer is not null) return _writer;
        SqliteFile.Create(_path);
        var writer = await Task.Run(() => SqliteFile.Open(_path), cancellationToken).ConfigureAwait(false);
        try
        {
            await PrepareAsync(writer, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await writer.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _reserve.IsInUse();
        Volatile.Write(ref _writer, writer);
        return writer;
    }

    private async Task PrepareAsync(SqliteConnection writer, CancellationToken cancellationToken)
    {
        var isCurrent = await PatientlyAsync(() => _schema.Check(writer), cancellationToken).ConfigureAwait(false);
        // FULL: a commit that was acknowledged survives a power cut.
        await PatientlyAsync(() => writer.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"), cancellationToken)
            .ConfigureAwait(false);
        if (!isCurrent)
        {
            await BeginAsync(writer, cancellationToken).ConfigureAwait(false);
            await Task.Run(() => Transact(writer, Migrate), CancellationToken.None).ConfigureAwait(false);
        }

        if (await PatientlyAsync(() => _era.IsSame(writer), cancellationToken).ConfigureAwait(false)) return;
        await BeginAsync(writer, cancellationToken).ConfigureAwait(false);
        await Task.Run(() => Transact(writer, _era.Settle), CancellationToken.None).ConfigureAwait(false);
    }

    // A short try: whoever else writes just now leaves a mark of its own.
    private async Task NoteEndAsync()
    {
        using var soon = new CancellationTokenSource(CloseLimit);
        try
        {
            await WriteAsync(
                connection =>
                {
                    _era.NoteEnd(connection);
                    return (false, true);
                },
                soon.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LimiQuantixException or OperationCanceledException or ObjectDisposedException)
        {
            LogUnmarked(logger, e, _path);
        }
    }

    private (bool Keep, bool Result) Migrate(SqliteConnection writer)
    {
        // Another process may have been first.
        if (_schema.Check(writer)) return (false, false);
        _schema.Migrate(writer, () => SqliteFile.Open(_path));
        return (true, true);
    }

    private Task<bool> BeginAsync(SqliteConnection writer, CancellationToken cancellationToken) => PatientlyAsync(
        () =>
        {
            var code = raw.sqlite3_exec(writer.Handle, "BEGIN IMMEDIATE");
            if (code != raw.SQLITE_OK) throw new SqliteException(raw.sqlite3_errmsg(writer.Handle).utf8_to_string(), code & 0xff, code);
            return true;
        },
        cancellationToken);

    // Tries again while another process has the lock.
    private async Task<T> PatientlyAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                return await Task.Run(work, cancellationToken).ConfigureAwait(false);
            }
            catch (SqliteException e) when (SqliteErrors.IsBusy(e.SqliteErrorCode))
            {
                if (timeProvider.GetElapsedTime(began) > options.LockTimeout) throw SqliteErrors.LockTimeout(_path, e);
            }

            // Real time whatever clock is injected: it is another process that is waited for.
            await Task.Delay(LockPause, cancellationToken).ConfigureAwait(false);
        }
    }

    private T Transact<T>(SqliteConnection writer, Func<SqliteConnection, (bool Keep, T Result)> work)
    {
        try
        {
            if (_writer is not null)
            {
                _schema.CheckUnchanged(writer);
                _era.Note(writer);
            }

            var (keep, result) = work(writer);
            writer.Execute(keep ? "COMMIT" : "ROLLBACK");
            return result;
        }
        finally
        {
            // After an error SQLite may have ended the transaction itself.
            if (raw.sqlite3_get_autocommit(writer.Handle) == 0) writer.Execute("ROLLBACK");
        }
    }

    private T Read<T>(Func<SqliteConnection, T> work)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_readers.TryTake(out var reader)) reader = SqliteFile.Open(_path);
        try
        {
            reader.Execute("BEGIN");
            _schema.CheckUnchanged(reader);
            var result = work(reader);
            reader.Execute("COMMIT");
            _readers.Add(reader);
            return result;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "How far the state file {Path} is was not written down at its end.")]
    private static partial void LogUnmarked(ILogger logger, Exception exception, string path);
}
