using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LimiQuantix.State;

namespace LimiQuantix.Core.Resources.Queries;

/// <summary>One change of a resource's document or of its status.</summary>
/// <param name="Change">The change.</param>
/// <param name="IsStatus">Whether it is the status that changed.</param>
/// <param name="Position">Where a watch goes on after this.</param>
internal readonly record struct QueryChange(StateChange Change, bool IsStatus, string Position);

/// <summary>
/// Follows documents and their statuses at once. A position is one cursor of the store, or two with a space between: how far the documents are told
/// and how far the statuses.
/// </summary>
internal static class QueryChanges
{
    private const int Buffered = 256;

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>, <see cref="ErrorCodes.InvalidArgument"/>: as the store's watch.</exception>
    public static async IAsyncEnumerable<QueryChange> FollowAsync(
        IStateStore store, string prefix, string? statusPrefix, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var space = position.IndexOf(' ', StringComparison.Ordinal);
        var (documents, statuses) = space < 0 ? (position, position) : (position[..space], position[(space + 1)..]);
        if (statusPrefix is null)
        {
            await foreach (var change in store.WatchAsync(prefix, documents, cancellationToken).ConfigureAwait(false))
                yield return new QueryChange(change, false, change.Cursor);
            yield break;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channel = Channel.CreateBounded<(StateChange Change, bool IsStatus)>(Buffered);
        Task[] tasks =
        [
            PumpAsync(store.WatchAsync(prefix, documents, ending.Token), false, channel.Writer, ending.Token),
            PumpAsync(store.WatchAsync(statusPrefix, statuses, ending.Token), true, channel.Writer, ending.Token),
        ];
        try
        {
            await foreach (var (change, isStatus) in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (isStatus) statuses = change.Cursor;
                else documents = change.Cursor;
                yield return new QueryChange(change, isStatus, $"{documents} {statuses}");
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // An error of either ends both, and is the reader's.
    private static async Task PumpAsync(
        IAsyncEnumerable<StateChange> changes, bool isStatus, ChannelWriter<(StateChange, bool)> writer, CancellationToken cancellationToken)
    {
        Exception? error = null;
        try
        {
            await foreach (var change in changes.ConfigureAwait(false))
                await writer.WriteAsync((change, isStatus), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            error = e;
        }

        writer.TryComplete(error);
    }
}
