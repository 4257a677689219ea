namespace LimiQuantix.Core.State;

/// <summary>What a transaction touches, counted as etcd would have to send it: every index pair is a key of its own.</summary>
internal sealed class StateExtent
{
    private long _bytes;
    private int _pairs;

    /// <summary>Adds so many bytes.</summary>
    public void Add(long bytes) => _bytes += bytes;

    /// <summary>Adds an index pair of an entry.</summary>
    public void AddPair(string key, string name, int valueBytes)
    {
        _pairs++;
        _bytes += key.Length + name.Length + valueBytes;
    }

    /// <summary>Refuses what is too much.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>.</exception>
    public void Check()
    {
        if (_pairs > StateBounds.MaxTransactionPairs)
        {
            throw StateBounds.Invalid(
                $"A transaction touches {_pairs} index pairs, those that the changed entries had counted.",
                $"At most {StateBounds.MaxTransactionPairs} are allowed: use more than one transaction.",
                "Indexes");
        }

        if (_bytes > StateBounds.MaxTransactionBytes)
        {
            throw StateBounds.Invalid(
                $"A transaction has {_bytes} bytes, keys and index pairs counted.",
                $"At most {StateBounds.MaxTransactionBytes} are allowed: use more than one transaction, or store less.",
                "Mutations");
        }
    }
}
