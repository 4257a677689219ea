using System.Collections.Concurrent;
using System.Reflection;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Core.Tests.Plugins;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;

namespace LimiQuantix.Core.Tests.Instances;

/// <summary>Hypervisors in memory, kind <c>node</c>; in some, one member hangs until <see cref="Release"/>: it blocks its thread, or its task never ends.</summary>
internal sealed class HangingNodes : IPlugin, IDisposable
{
    /// <summary>The member that an opening is called by here.</summary>
    public const string Open = "Open";

    private readonly ManualResetEventSlim _released = new();
    private readonly ConcurrentDictionary<(string Node, string Member), int> _calls = new();
    private int _blocked;

    /// <summary>The member that hangs, by instance.</summary>
    public Dictionary<string, string> Blocking { get; } = [];

    /// <summary>The same, without a thread.</summary>
    public Dictionary<string, string> Silent { get; } = [];

    public ConcurrentDictionary<string, FakeHypervisor> Worlds { get; } = new();

    /// <summary>How many threads sit in a member that blocks.</summary>
    public int Blocked => Volatile.Read(ref _blocked);

    public bool IsReleased => _released.IsSet;

    public int Calls(string node, string member) => _calls.GetValueOrDefault((node, member));

    public void Register(IPluginRegistry registry) => registry.Add<IHypervisor, FakeOptions>("node", (context, _, _) =>
    {
        Enter(context.InstanceName, Open);
        var proxy = DispatchProxy.Create<IHypervisor, AnsweringProxy>();
        ((AnsweringProxy)(object)proxy).Answer = (method, arguments) => Answer(context.InstanceName, method, arguments);
        return ValueTask.FromResult(proxy);
    });

    public void Release() => _released.Set();

    public void Dispose() => Release();

    private object? Answer(string node, MethodInfo method, object?[]? arguments)
    {
        Enter(node, method.Name);
        var world = Worlds.GetOrAdd(node, _ => new FakeHypervisor());
        if (Silent.GetValueOrDefault(node) != method.Name) return method.Invoke(world, arguments);
        return method.ReturnType == typeof(IAsyncEnumerable<HypervisorEvent>)
            ? NeverAsync()
            : throw new NotSupportedException("Only a watch is silent here.");
    }

    private void Enter(string node, string member)
    {
        _calls.AddOrUpdate((node, member), 1, (_, count) => count + 1);
        if (Blocking.GetValueOrDefault(node) != member) return;
        Interlocked.Increment(ref _blocked);
        _released.Wait(CancellationToken.None);
        Interlocked.Decrement(ref _blocked);
    }

    private static async IAsyncEnumerable<HypervisorEvent> NeverAsync()
    {
        await new TaskCompletionSource().Task;
        yield break;
    }
}

/// <summary>A provider whose members are one function.</summary>
public class AnsweringProxy : DispatchProxy
{
    internal Func<MethodInfo, object?[]?, object?> Answer { get; set; } = null!;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer(targetMethod!, args);
}
