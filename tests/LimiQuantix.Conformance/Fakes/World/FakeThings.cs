using LimiQuantix.Conformance.Wire;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>Things by name, and logs. Used under <see cref="Lock"/> only; every change counts.</summary>
internal abstract class FakeThings
{
    /// <summary>Where the things are that nobody outside of a provider sees.</summary>
    public const string Aside = "aside/";

    /// <summary>Grows with every thing that is written or removed; not with the logs.</summary>
    public int Changes { get; private set; }

    public T? Get<T>(string key) where T : class => Read(key) is { } bytes ? ContractJson.FromBytes<T>(bytes) : null;

    public void Put<T>(string key, T thing) where T : class => Put(key, ContractJson.ToBytes(thing));

    /// <summary>Writes a thing, unless it is there as it is.</summary>
    public void Put(string key, byte[] bytes)
    {
        if (Read(key) is { } there && there.AsSpan().SequenceEqual(bytes)) return;
        Write(key, bytes);
        Changes++;
    }

    public bool Remove(string key)
    {
        if (!Erase(key)) return false;
        Changes++;
        return true;
    }

    /// <summary>Reads what only the provider knows: it is no thing, and no change of it counts.</summary>
    public T? GetAside<T>(string key) where T : class => Get<T>(Aside + key);

    /// <summary>Writes what only the provider knows.</summary>
    public void PutAside<T>(string key, T value) where T : class => Write(Aside + key, ContractJson.ToBytes(value));

    /// <summary>Forgets what only the provider knows.</summary>
    public void RemoveAside(string key) => Erase(Aside + key);

    /// <summary>The things below a name, in their order.</summary>
    public IEnumerable<T> All<T>(string prefix) where T : class => Keys(prefix).Select(key => Get<T>(key)!);

    public abstract IReadOnlyList<string> Keys(string prefix);

    public abstract byte[]? Read(string key);

    public abstract void Append(string log, string line);

    public abstract IReadOnlyList<string> Lines(string log);

    public abstract IDisposable? Lock();

    protected abstract void Write(string key, byte[] bytes);

    protected abstract bool Erase(string key);
}

/// <summary>Things of this process.</summary>
internal sealed class MemoryThings : FakeThings
{
    private readonly SortedDictionary<string, byte[]> _things = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _logs = new(StringComparer.Ordinal);

    public override IReadOnlyList<string> Keys(string prefix) => [.. _things.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))];

    public override byte[]? Read(string key) => _things.GetValueOrDefault(key);

    public override void Append(string log, string line)
    {
        if (!_logs.TryGetValue(log, out var lines)) _logs[log] = lines = [];
        lines.Add(line);
    }

    public override IReadOnlyList<string> Lines(string log) => _logs.TryGetValue(log, out var lines) ? [.. lines] : [];

    public override IDisposable? Lock() => null;

    protected override void Write(string key, byte[] bytes) => _things[key] = bytes;

    protected override bool Erase(string key) => _things.Remove(key);
}

/// <summary>Things in a folder: each a file that appears whole, a lock on a file of its own that ends with its process.</summary>
internal sealed class FolderThings : FakeThings
{
    private readonly string _things;
    private readonly string _logs;
    private readonly string _lock;
    private readonly string _temporary;

    public FolderThings(string folder)
    {
        _things = Path.Combine(folder, "things");
        _logs = Path.Combine(folder, "logs");
        _lock = Path.Combine(folder, "lock");
        _temporary = Path.Combine(folder, $"new-{Environment.ProcessId}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_things);
        Directory.CreateDirectory(_logs);
    }

    public override IReadOnlyList<string> Keys(string prefix) =>
    [
        .. Directory.EnumerateFiles(_things, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_things, path).Replace('\\', '/'))
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    public override byte[]? Read(string key) => File.Exists(PathOf(key)) ? File.ReadAllBytes(PathOf(key)) : null;

    public override void Append(string log, string line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogOf(log))!);
        File.AppendAllText(LogOf(log), line + "\n");
    }

    // A process may have been killed within its last line, which then has no end and says nothing.
    public override IReadOnlyList<string> Lines(string log) =>
        File.Exists(LogOf(log)) ? [.. File.ReadAllText(LogOf(log)).Split('\n')[..^1].Where(line => line.EndsWith('}'))] : [];

    public override IDisposable Lock()
    {
        FileStream? held = null;
        return SpinWait.SpinUntil(() => TryLock(out held), FakeWorld.LockTimeout)
            ? held!
            : throw new TimeoutException($"Another process has held the fakes' world '{_lock}' for {FakeWorld.LockTimeout}: was it frozen?");
    }

    protected override void Write(string key, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(key))!);
        File.WriteAllBytes(_temporary, bytes);
        File.Move(_temporary, PathOf(key), overwrite: true);
    }

    protected override bool Erase(string key)
    {
        if (!File.Exists(PathOf(key))) return false;
        File.Delete(PathOf(key));
        return true;
    }

    private bool TryLock(out FileStream? held)
    {
        try
        {
            held = new FileStream(_lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            return true;
        }
        catch (IOException)
        {
            held = null;
            return false;
        }
    }

    private string PathOf(string key) => Path.Combine(_things, key);

    private string LogOf(string log) => Path.Combine(_logs, log.Replace('/', '-') + ".log");
}
