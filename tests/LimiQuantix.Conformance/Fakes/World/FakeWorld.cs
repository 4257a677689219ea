using System.Globalization;
using System.Text;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>
/// The outside world of the fakes: what machines, volumes, ports and images there are, who called what, and which faults wait for whom. It is
/// in memory, or in a folder that several processes share: every thing is a file there, written whole or not at all, so that a process
/// may be killed at any point and another one sees the same world. Who freezes a process does it in <see cref="Exclusively"/>: frozen within the
/// folder's lock, for the microseconds that it holds it, the process would hold up everybody until <see cref="LockTimeout"/>.
/// </summary>
public sealed class FakeWorld : IDisposable
{
    /// <summary>How long a call waits for the folder's lock before it fails.</summary>
    public static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(30);

    private const string CallLog = "calls";
    private readonly Lock _gate = new();
    private readonly FakeThings _things;
    private TaskCompletionSource _changed = NewSignal();
    private bool _disposed;

    /// <summary>Makes a world in memory.</summary>
    public FakeWorld(TimeProvider? timeProvider = null) : this(new MemoryThings(), timeProvider)
    {
    }

    /// <summary>Opens the world in a folder, which is made when it is missing.</summary>
    public FakeWorld(string folder, TimeProvider? timeProvider = null) : this(new FolderThings(folder), timeProvider) => Folder = folder;

    private FakeWorld(FakeThings things, TimeProvider? timeProvider)
    {
        _things = things;
        TimeProvider = timeProvider ?? TimeProvider.System;
        Faults = new FakeFaults(this);
    }

    /// <summary>The folder; <see langword="null"/> for a world in memory.</summary>
    public string? Folder { get; }

    /// <summary>The clock of delays and of the call log.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>What is to go wrong.</summary>
    public FakeFaults Faults { get; }

    /// <summary>Every call of every process, in the order in which the world saw them.</summary>
    public IReadOnlyList<FakeCall> Calls => Read(things => things.Lines(CallLog)).Select(FakeCall.Parse).ToList();

    /// <summary>The calls that changed something at a provider, in their order.</summary>
    public IReadOnlyList<FakeCall> Effects => [.. Calls.Where(call => call.Stage == FakeCallStage.Effect)];

    /// <summary>
    /// Every thing there is, as text by its name: machines, volumes, bases, networks, ports, images; not the calls and the faults. Two of
    /// them are equal exactly when the worlds are.
    /// </summary>
    public IReadOnlyDictionary<string, string> Things => Read(things => things.Keys("").Where(key => !FakeFaults.Owns(key) && !key.StartsWith(FakeThings.Aside, StringComparison.Ordinal))
        .ToDictionary(key => key, key => Text(things.Read(key)!), StringComparer.Ordinal));

    /// <summary>Does something while no call of any process is within the world: a process that is frozen here holds no lock of it.</summary>
    public void Exclusively(Action action) => Read(_ =>
    {
        action();
        return 0;
    });

    /// <summary>Ends every hang in this process. The world's folder stays.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Signal();
        }
    }

    internal T Read<T>(Func<FakeThings, T> read)
    {
        lock (_gate)
        {
            using (_things.Lock()) return read(_things);
        }
    }

    internal T Change<T>(Func<FakeThings, T> change)
    {
        lock (_gate)
        {
            using (_things.Lock())
            {
                var before = _things.Changes;
                try
                {
                    return change(_things);
                }
                finally
                {
                    if (_things.Changes != before) Signal();
                }
            }
        }
    }

    /// <summary>Does what a call does to the world, and notes it when it changed anything.</summary>
    internal T Effect<T>(FakeCall call, Func<FakeThings, T> effect) => Change(things =>
    {
        var before = things.Changes;
        var result = effect(things);
        if (things.Changes != before) Append(things, call with { Stage = FakeCallStage.Effect });
        return result;
    });

    internal void Note(FakeCall call) => Change(things =>
    {
        Append(things, call);
        return 0;
    });

    /// <summary>Waits until a look at the world gives true. In a folder another process may bring that about, so it looks again by itself.</summary>
    internal async Task UntilAsync(Func<FakeThings, bool> isTrue, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                changed = _changed.Task;
            }

            if (Read(isTrue)) return;
            if (Folder is null) await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            else await Task.WhenAny(changed, Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static string Text(byte[] bytes) => bytes is [(byte)'{', ..]
        ? Encoding.UTF8.GetString(bytes)
        : string.Create(CultureInfo.InvariantCulture, $"{bytes.Length} bytes {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))}");

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Append(FakeThings things, FakeCall call) =>
        things.Append(CallLog, (call with { ProcessId = Environment.ProcessId, Time = TimeProvider.GetUtcNow() }).ToLine());

    private void Signal()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.TrySetResult();
    }
}
