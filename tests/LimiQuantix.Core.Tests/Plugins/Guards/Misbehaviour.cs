using System.Reflection;
using System.Runtime.CompilerServices;
using LimiQuantix.Consoles;
using LimiQuantix.Images;
using LimiQuantix.Plugins;

namespace LimiQuantix.Core.Tests.Plugins.Guards;

/// <summary>What a bad plugin does in one of its members.</summary>
public enum Misbehaviour
{
    ThrowsForeign,
    GivesNullForTask,
    AnswersNull,
    HangsUntilCancelled,
    HangsForever,
    BlocksItsThread,
}

/// <summary>A provider, or a capability of one, that behaves in all members but one.</summary>
public class MisbehavingProxy : DispatchProxy
{
    internal MisbehavingPlugin Plugin { get; set; } = null!;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Plugin.Answer(targetMethod!, args ?? []);
}

/// <summary>
/// A plugin with one kind, <c>bad</c>, of one contract, whose instances misbehave in one member: of the contract itself, or of one of its
/// capabilities. Everything else answers at once.
/// </summary>
internal sealed class MisbehavingPlugin(Type contract, MethodInfo? bad, Misbehaviour how) : IPlugin, IDisposable
{
    private readonly ManualResetEventSlim _never = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _blocked;
    private int _entries;

    /// <summary>How many calls sit in the bad member now.</summary>
    public int Blocked => Volatile.Read(ref _blocked);

    /// <summary>How often the bad member was called.</summary>
    public int Entries => Volatile.Read(ref _entries);

    /// <summary>How many of those that came were threads of the pool.</summary>
    public int BlockedPoolThreads { get; private set; }

    /// <summary>Ends when the bad member is first called.</summary>
    public Task Entered => _entered.Task;

    /// <summary>How many instances were disposed.</summary>
    public int Disposed { get; private set; }

    public static object? MakeArgument(Type type) => type switch
    {
        _ when type == typeof(string) => "text",
        _ when type == typeof(Memory<byte>) => new Memory<byte>(new byte[16]),
        _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>(new byte[16]),
        _ when type == typeof(Stream) => Stream.Null,
        _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(1),
        _ when type.IsValueType => Activator.CreateInstance(type),
        _ => RuntimeHelpers.GetUninitializedObject(type),
    };

    public void Register(IPluginRegistry registry)
    {
        Func<IProvider> make = () => (IProvider)(object)Make(contract);
        typeof(MisbehavingPlugin).GetMethod(nameof(RegisterAs), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(contract).Invoke(null, [registry, make]);
    }

    /// <summary>Lets every call return that blocks its thread.</summary>
    public void Release() => _never.Set();

    public void Dispose() => Release();

    public object? Answer(MethodInfo method, object?[] args)
    {
        if (bad is not null && method.Name == bad.Name && method.DeclaringType == bad.DeclaringType) return Misbehave(method, args);
        if (method.Name == "DisposeAsync") Disposed++;
        if (method.Name == nameof(IProvider.GetCapability))
        {
            var capability = method.ReturnType;
            return bad?.DeclaringType == capability ? Make(capability) : null;
        }

        return method.Name switch
        {
            "get_Serves" => (IReadOnlyList<string>)["bad://"],
            "get_Kind" => ConsoleKind.Vnc,
            "get_ChannelName" => "bad.channel",
            _ => Good(method.ReturnType),
        };
    }

    private static void RegisterAs<T>(IPluginRegistry registry, Func<IProvider> make) where T : class, IProvider =>
        registry.Add<T, FakeOptions>("bad", (_, _, _) => ValueTask.FromResult((T)make()));

    private MisbehavingProxy Make(Type type)
    {
        var proxy = (MisbehavingProxy)DispatchProxy.Create(type, typeof(MisbehavingProxy));
        proxy.Plugin = this;
        return proxy;
    }

    private object? Misbehave(MethodInfo method, object?[] args)
    {
        Interlocked.Increment(ref _entries);
        _entered.TrySetResult();
        var token = args.OfType<CancellationToken>().FirstOrDefault();
        switch (how)
        {
            case Misbehaviour.ThrowsForeign:
                throw new InvalidOperationException("made by a bad plugin");
            case Misbehaviour.GivesNullForTask when !method.ReturnType.IsValueType:
                return null;
            case Misbehaviour.BlocksItsThread:
                Interlocked.Increment(ref _blocked);
                if (Thread.CurrentThread.IsThreadPoolThread) BlockedPoolThreads++;
                _never.Wait(CancellationToken.None);
                Interlocked.Decrement(ref _blocked);
                return Good(method.ReturnType);
            case Misbehaviour.AnswersNull:
                return Complete(method.ReturnType, Task.FromResult<object?>(null));
            default:
                var hang = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
                if (how == Misbehaviour.HangsUntilCancelled) token.Register(() => hang.TrySetCanceled(token));
                return Complete(method.ReturnType, hang.Task);
        }
    }

    private static object? Good(Type type)
    {
        if (type == typeof(Task<Stream>)) return Task.FromResult(Stream.Null);
        if (type == typeof(ValueTask)) return ValueTask.CompletedTask;
        if (type == typeof(Task)) return Task.CompletedTask;
        if (!type.IsGenericType) return null;
        var inner = type.GetGenericArguments()[0];
        if (type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)) return Complete(type, Task.FromResult(MakeResult(inner)));
        return Complete(type, Task.FromResult(MakeResult(inner)));
    }

    private static object? MakeResult(Type type) =>
        type.IsInterface || type.IsAbstract ? null : type == typeof(ImageSourceInfo) ? new ImageSourceInfo { Location = "bad:///image" } : MakeArgument(type);

    /// <summary>The answer of a member: its task, or items that end when the task does.</summary>
    private static object? Complete(Type type, Task<object?> answer)
    {
        if (type == typeof(Task)) return answer;
        if (type == typeof(ValueTask)) return new ValueTask(answer);
        if (!type.IsGenericType) return null;
        var generic = type.GetGenericTypeDefinition();
        var name = generic == typeof(IAsyncEnumerable<>) ? nameof(ItemsAsync) : generic == typeof(ValueTask<>) ? nameof(ValueAsync) : nameof(CastAsync);
        return generic == typeof(Task<>) || generic == typeof(ValueTask<>) || generic == typeof(IAsyncEnumerable<>)
            ? typeof(MisbehavingPlugin).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type.GetGenericArguments()[0]).Invoke(null, [answer])
            : null;
    }

    private static async Task<T?> CastAsync<T>(Task<object?> answer) => (T?)await answer;

    private static async ValueTask<T?> ValueAsync<T>(Task<object?> answer) => (T?)await answer;

    private static async IAsyncEnumerable<T?> ItemsAsync<T>(Task<object?> answer)
    {
        yield return (T?)await answer;
    }
}
