using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core;

/// <summary>The id of this state's installation: chosen once, stored with the state, and carried by everything that is made outside.</summary>
internal sealed class Installation(IStateStore store) : IDisposable
{
    private const string Key = "installation";
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Guid _id;

    public async ValueTask<Guid> GetIdAsync(CancellationToken cancellationToken)
    {
        if (_id != Guid.Empty) return _id;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_id == Guid.Empty) _id = await LoadOrChooseAsync(cancellationToken).ConfigureAwait(false);
            return _id;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<Guid> LoadOrChooseAsync(CancellationToken cancellationToken)
    {
        if (await store.GetAsync(Key, cancellationToken).ConfigureAwait(false) is { } entry) return Read(entry);
        var id = Guid.CreateVersion7();
        var commit = await store.CommitPatientlyAsync(
            new StateTransaction
            {
                Conditions = [new StateCondition { Key = Key, ExpectedVersion = 0 }],
                Mutations = [new StateMutation { Key = Key, Value = StateJson.ToBytes(new ResourceRequest { Id = id }) }],
            },
            cancellationToken).ConfigureAwait(false);
        if (commit.IsCommitted) return id;

        // Another process was faster.
        return Read(await store.GetAsync(Key, cancellationToken).ConfigureAwait(false)
            ?? throw new LimiQuantixException(ErrorCodes.DataCorrupt, "The installation's id vanished from the state."));
    }

    private static Guid Read(StateEntry entry)
    {
        using var document = System.Text.Json.JsonDocument.Parse(entry.Value);
        return document.RootElement.GetProperty("id").GetGuid();
    }
}
