using System.Globalization;
using System.Runtime.ExceptionServices;

namespace LimiQuantix.Providers.Guards;

/// <summary>
/// Runs plugins' synchronous code at the host's start (loading, registration, the check of options), each piece on a thread of its own that is
/// waited for until its deadline. What never returns costs that thread, which ends with the process. After the first such piece the next
/// ones get a fifth of the time, so that many of them do not add up.
/// </summary>
/// <remarks>A host builds its parts without awaiting, so the waiting thread blocks; at most as long as the deadline.</remarks>
internal sealed class PluginStart(TimeSpan limit, TimeProvider time)
{
    private const int Fraction = 5;
    private bool _hasHung;

    /// <summary>Runs a piece and gives its result, or throws what it threw.</summary>
    /// <param name="what">What it is, for the thread's name and the error.</param>
    /// <param name="work">The piece.</param>
    /// <exception cref="TimeoutException">It did not return in time.</exception>
    public T Run<T>(string what, Func<T> work)
    {
        var wait = _hasHung ? limit / Fraction : limit;
        var piece = new Piece<T>(work);
        new Thread(piece.Run) { IsBackground = true, Name = what }.UnsafeStart();
        using var timer = time.CreateTimer(static state => ((Piece<T>)state!).GiveUp(), piece, wait, Timeout.InfiniteTimeSpan);
        if (piece.Wait(out var result)) return result;

        _hasHung = true;
        throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"{what} did not return in {wait.TotalSeconds:0.###} s."));
    }

    private sealed class Piece<T>(Func<T> work)
    {
        private readonly object _gate = new();
        private T? _result;
        private ExceptionDispatchInfo? _error;
        private bool _hasEnded;
        private bool _isGivenUp;

        public void Run()
        {
            T? result = default;
            ExceptionDispatchInfo? error = null;
            try
            {
                result = work();
            }
            catch (Exception exception)
            {
                error = ExceptionDispatchInfo.Capture(exception);
            }

            lock (_gate)
            {
                (_result, _error, _hasEnded) = (result, error, true);
                Monitor.PulseAll(_gate);
            }
        }

        public void GiveUp()
        {
            lock (_gate)
            {
                _isGivenUp = true;
                Monitor.PulseAll(_gate);
            }
        }

        public bool Wait(out T result)
        {
            lock (_gate)
            {
                while (!_hasEnded && !_isGivenUp) Monitor.Wait(_gate);
                _error?.Throw();
                result = _result!;
                return _hasEnded;
            }
        }
    }
}
