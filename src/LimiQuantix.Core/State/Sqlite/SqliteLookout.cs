using System.Threading.Channels;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>
/// Tells when other processes may have changed a state file: when its write-ahead log, which every commit writes to, has another length or time, and now and then all
/// the same, as two changes may leave both alike. It looks on a thread of its own and not by a timer: an idle host must cost next to nothing, and each wake of a
/// thread of the pool costs it a hundred times the look. In real time, whatever clock is injected.
/// </summary>
internal sealed class SqliteLookout(string path, TimeSpan interval)
{
    private const int LooksBetweenReads = 10;

    private readonly Channel<bool> _told = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>An item each time that the file is to be read; ends with the token. Called once.</summary>
    public IAsyncEnumerable<bool> FollowAsync(CancellationToken closing)
    {
        new Thread(() => Look(closing)) { IsBackground = true, Name = "LimiQuantix state watch" }.UnsafeStart();
        // Not by the token: the thread, which waits for it, is to have ended first.
        return _told.Reader.ReadAllAsync(CancellationToken.None);
    }

    private void Look(CancellationToken closing)
    {
        (long, long) seen = default;
        var skipped = 0;
        while (!closing.WaitHandle.WaitOne(interval))
        {
            var now = LookAtLog();
            if (now == seen && ++skipped < LooksBetweenReads) continue;
            (seen, skipped) = (now, 0);
            _told.Writer.TryWrite(true);
        }

        _told.Writer.Complete();
    }

    private (long Length, long Changed) LookAtLog()
    {
        try
        {
            var log = new FileInfo(path + "-wal");
            return log.Exists ? (log.Length, log.LastWriteTimeUtc.Ticks) : default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What is wrong the reads tell.
            return default;
        }
    }
}
