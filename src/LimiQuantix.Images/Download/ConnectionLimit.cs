namespace LimiQuantix.Images.Download;

/// <summary>
/// How many connections of one download are in use. A server that refuses one while others go on bears fewer: one less from then on, and
/// one more again after a while of success.
/// </summary>
internal sealed class ConnectionLimit(int maximum) : IDisposable
{
    private const int FirstTrial = 8;
    private const int LastTrial = 1024;
    private readonly SemaphoreSlim _free = new(maximum);
    private readonly Lock _counting = new();
    private int _givenUp;
    private int _held;
    private int _successes;
    private int _successesNeeded = FirstTrial;

    /// <summary>Waits for a connection to be free; <see cref="Leave"/> or a <see cref="TryNarrow"/> that is true gives it back.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_counting) _held++;
    }

    public void Leave()
    {
        lock (_counting) _held--;
        _free.Release();
    }

    /// <summary>Gives a refused connection up when another one is in use; false when it is the last, which has to be patient.</summary>
    public bool TryNarrow()
    {
        lock (_counting)
        {
            if (_held <= 1) return false;
            _held--;
            _givenUp++;
            _successes = 0;
            return true;
        }
    }

    /// <summary>Counts a chunk that came, and tries one connection more when there were many; each trial takes longer than the last.</summary>
    public void Succeed()
    {
        lock (_counting)
        {
            if (_givenUp == 0 || ++_successes < _successesNeeded) return;
            _successes = 0;
            _successesNeeded = Math.Min(_successesNeeded * 2, LastTrial);
            _givenUp--;
        }

        _free.Release();
    }

    public void Dispose() => _free.Dispose();
}
