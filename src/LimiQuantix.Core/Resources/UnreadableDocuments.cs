using System.Collections.Concurrent;
using LimiQuantix.Core.State;
using LimiQuantix.Diagnostics;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Resources;

/// <summary>
/// Stored documents that cannot be read: left out of lists so that one of them hides no other, logged once, and told by the doctor with what
/// to do. Whoever asks for exactly that one gets <see cref="ErrorCodes.DataCorrupt"/> or <see cref="ErrorCodes.NewerState"/>.
/// </summary>
internal sealed partial class UnreadableDocuments(IStateStore? store = null, ILogger<UnreadableDocuments>? logger = null) : IReportsPrerequisites
{
    // Logged once; what comes beyond so many is told by the doctor alone.
    private const int MaxLogged = 1000;

    private readonly ILogger _logger = logger ?? NullLogger<UnreadableDocuments>.Instance;
    private readonly ConcurrentDictionary<string, long> _logged = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Action<StateEntry>> _readers = new(StringComparer.Ordinal);

    /// <summary>Makes the doctor read all documents below a prefix.</summary>
    /// <param name="prefix">The keys' beginning.</param>
    /// <param name="read">Throws <see cref="ErrorCodes.DataCorrupt"/> or <see cref="ErrorCodes.NewerState"/>.</param>
    public UnreadableDocuments Including(string prefix, Action<StateEntry> read)
    {
        _readers[prefix] = read;
        return this;
    }

    /// <summary>Reads those entries that can be read, in their order.</summary>
    public IEnumerable<Stored<T>> Readable<T>(IEnumerable<StateEntry> entries) where T : class => entries.Select(TryRead<T>).OfType<Stored<T>>();

    /// <summary>Reads an entry; <see langword="null"/> when it cannot be read.</summary>
    public Stored<T>? TryRead<T>(StateEntry entry) where T : class
    {
        try
        {
            return DocumentSerializer<T>.Read(entry);
        }
        catch (LimiQuantixException e) when (e.Code is ErrorCodes.DataCorrupt or ErrorCodes.NewerState)
        {
            // Once for each version: when somebody mends it wrongly, that is told again.
            if (_logged.Count < MaxLogged && (!_logged.TryGetValue(entry.Key, out var version) || version != entry.Version))
            {
                _logged[entry.Key] = entry.Version;
                LogUnreadable(e.Trace(), e.Reason(), entry.Key);
            }

            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<PrerequisiteReport> CheckPrerequisitesAsync(CheckPrerequisitesRequest request, CancellationToken cancellationToken = default)
    {
        List<Prerequisite> found = [];
        if (store is null) return new PrerequisiteReport { Prerequisites = found };
        foreach (var (prefix, read) in _readers.OrderBy(reader => reader.Key, StringComparer.Ordinal))
        {
            var (entries, _) = await store.ListAllAsync(new StateQuery { Prefix = prefix }, cancellationToken).ConfigureAwait(false);
            foreach (var entry in entries)
            {
                try
                {
                    read(entry);
                }
                catch (LimiQuantixException e) when (e.Code is ErrorCodes.DataCorrupt or ErrorCodes.NewerState)
                {
                    found.Add(new Prerequisite
                    {
                        Name = $"stored document '{entry.Key}'",
                        Status = PrerequisiteStatus.Unusable,
                        Detail = e.Message,
                        Remedy = e.Remedy,
                        // Everything else goes on without it.
                        IsOptional = true,
                    });
                }
            }
        }

        return new PrerequisiteReport { Prerequisites = found };
    }

    /// <summary>What to do about a document that cannot be read.</summary>
    public static string Remedy(string key) =>
        "Restore the state from a backup, or delete this document: stop every program that uses the state, keep a copy of the file, and with the "
        + $"SQLite state run: sqlite3 state.db \"DELETE FROM entries WHERE key = '{key}'; DELETE FROM indexes WHERE key = '{key}'\" "
        + "(what it stood for, such as a domain, is then reported as having no record).";

    [LoggerMessage(1, LogLevel.Error, "The stored document {Key} cannot be read and is left out; the doctor tells what to do: {Reason}")]
    private partial void LogUnreadable(Exception? exception, string reason, string key);
}
