using LimiQuantix.State;

namespace LimiQuantix.Conformance.State;

/// <summary>What a suite needs of a store: to open it, and the monotonic clock that those who contend for leases go by.</summary>
public abstract class StateStoreUnderTest : IAsyncDisposable
{
    /// <summary>How many changes the store has to keep for watches, at least; it must forget before it has ten times as many.</summary>
    public const int KeptChanges = 200;

    /// <summary>Opens a new and empty store.</summary>
    public abstract IStateStore Open();

    /// <summary>Lets time pass on the store's clock.</summary>
    public abstract void Advance(TimeSpan time);

    /// <summary>Removes what the store has left.</summary>
    public abstract ValueTask DisposeAsync();
}
