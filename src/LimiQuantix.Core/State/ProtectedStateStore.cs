using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LimiQuantix.Core.Resources;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.State;

/// <summary>
/// The store behind the host's protection: of machines' documents the members that may hold a guest's secrets are encrypted on their way in, as
/// <c>{"protected":"base64"}</c>, and decrypted on their way out. Everybody before it works with plain documents.
/// </summary>
internal sealed partial class ProtectedStateStore(IStateStore inner, IStateProtection protection, ILogger<ProtectedStateStore> logger) : IStateStore
{
    private const string Machines = "machines/";
    private const string Protected = "protected";
    private static readonly string[] Members = ["userData", "networkConfig"];

    public T? GetCapability<T>() where T : class => inner.GetCapability<T>();

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) =>
        inner.CheckHealthAsync(request, cancellationToken);

    public async Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        await inner.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } entry ? await OpenAsync(entry, cancellationToken).ConfigureAwait(false) : null;

    public async Task<StatePage> ListAsync(StateQuery query, CancellationToken cancellationToken = default)
    {
        var page = await inner.ListAsync(query, cancellationToken).ConfigureAwait(false);
        if (query.KeysOnly || !page.Entries.Any(entry => IsMachine(entry.Key))) return page;
        List<StateEntry> entries = [];
        foreach (var entry in page.Entries) entries.Add(await OpenAsync(entry, cancellationToken).ConfigureAwait(false));
        return page with { Entries = entries };
    }

    public async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (!transaction.Mutations.Any(mutation => mutation.Value is not null && IsMachine(mutation.Key)))
            return await inner.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
        List<StateMutation> mutations = [];
        foreach (var mutation in transaction.Mutations)
        {
            mutations.Add(mutation.Value is { } value && IsMachine(mutation.Key)
                ? mutation with { Value = await ChangeAsync(value, ProtectAsync, cancellationToken).ConfigureAwait(false) }
                : mutation);
        }

        return await inner.CommitAsync(transaction with { Mutations = mutations }, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<StateChange> WatchAsync(
        string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var change in inner.WatchAsync(prefix, after, cancellationToken).ConfigureAwait(false))
            yield return change.Entry is { } entry ? change with { Entry = await OpenAsync(entry, cancellationToken).ConfigureAwait(false) } : change;
    }

    public Task<StateLease?> AcquireLeaseAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken = default) =>
        inner.AcquireLeaseAsync(name, holder, duration, cancellationToken);

    public Task ReleaseLeaseAsync(StateLease lease, CancellationToken cancellationToken = default) => inner.ReleaseLeaseAsync(lease, cancellationToken);

    public Task<bool> ForgetOutcomesAsync(DateTimeOffset before, StateLease fence, CancellationToken cancellationToken = default) =>
        inner.ForgetOutcomesAsync(before, fence, cancellationToken);

    public Task<long> RaiseEraAsync(long above = 0, CancellationToken cancellationToken = default) => inner.RaiseEraAsync(above, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static bool IsMachine(string key) => key.StartsWith(Machines, StringComparison.Ordinal);

    private async ValueTask<StateEntry> OpenAsync(StateEntry entry, CancellationToken cancellationToken)
    {
        if (!IsMachine(entry.Key) || entry.Value.IsEmpty) return entry;
        try
        {
            return entry with { Value = await ChangeAsync(entry.Value, UnprotectAsync, cancellationToken).ConfigureAwait(false) };
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Left as it is kept, it is a document that cannot be read: it hides no other, and the doctor tells of it.
            LogCannotOpen(logger, exception.Trace(), exception.Reason(), entry.Key);
            return entry;
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ChangeAsync(
        ReadOnlyMemory<byte> document, Func<JsonNode, CancellationToken, ValueTask<JsonNode?>> change, CancellationToken cancellationToken)
    {
        if (JsonNode.Parse(document.Span) is not JsonObject root || root["spec"] is not JsonObject spec || spec["cloudInit"] is not JsonObject cloudInit) return document;
        var isChanged = false;
        foreach (var member in Members)
        {
            if (cloudInit[member] is not { } node || await change(node, cancellationToken).ConfigureAwait(false) is not { } changed) continue;
            cloudInit[member] = changed;
            isChanged = true;
        }

        return isChanged ? StateJson.ToBytes(root) : document;
    }

    private async ValueTask<JsonNode?> ProtectAsync(JsonNode plain, CancellationToken cancellationToken)
    {
        if (plain.GetValueKind() != JsonValueKind.String) return null;
        var kept = await protection.ProtectAsync(Encoding.UTF8.GetBytes(plain.GetValue<string>()), cancellationToken).ConfigureAwait(false);
        return new JsonObject { [Protected] = Convert.ToBase64String(kept.Span) };
    }

    private async ValueTask<JsonNode?> UnprotectAsync(JsonNode kept, CancellationToken cancellationToken)
    {
        // What was stored before the host had a protection is plain.
        if (kept is not JsonObject holder || holder[Protected]?.GetValue<string>() is not { } text) return null;
        var plain = await protection.UnprotectAsync(Convert.FromBase64String(text), cancellationToken).ConfigureAwait(false);
        return JsonValue.Create(Encoding.UTF8.GetString(plain.Span));
    }

    [LoggerMessage(1, LogLevel.Error, "What is protected in the stored document {Key} cannot be decrypted; the document is left out: {Reason}")]
    private static partial void LogCannotOpen(ILogger logger, Exception? exception, string reason, string key);
}
