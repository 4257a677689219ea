using LimiQuantix.State;

namespace LimiQuantix.Core.State;

/// <summary>The newest changes in the order of their positions, so many and no more. A watch finds its place without looking at those before.</summary>
internal sealed class InMemoryChanges(int kept)
{
    private readonly List<(long Position, StateChange Change)> _changes = [];
    private int _first;

    /// <summary>The position of the newest change that is no longer kept.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Adds a change whose position is higher than all before.</summary>
    public void Add(long position, StateChange change)
    {
        _changes.Add((position, change));
        if (_changes.Count - _first <= kept) return;
        Forgotten = _changes[_first].Position;
        // Let go at once; the place itself goes with others.
        _changes[_first++] = default;
        if (_first <= kept) return;
        _changes.RemoveRange(0, _first);
        _first = 0;
    }

    /// <summary>The oldest changes behind a position.</summary>
    public List<(long Position, StateChange Change)> After(long position, int most)
    {
        var (low, high) = (_first, _changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_changes[middle].Position > position) high = middle;
            else low = middle + 1;
        }

        return _changes.GetRange(low, Math.Min(most, _changes.Count - low));
    }

    /// <summary>Forgets all of them, which lie before this position.</summary>
    public void Forget(long position)
    {
        Forgotten = position;
        _changes.Clear();
        _first = 0;
    }
}
