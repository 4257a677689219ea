using System.Linq.Expressions;
using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace LimiQuantix.Benchmarks;

/// <summary>One benchmark as BenchmarkDotNet finds it, for what is measured without it.</summary>
internal sealed class HotPath
{
    private HotPath(MethodInfo method, WorkAttribute work) => (Method, Work) = (method, work.Name);

    public MethodInfo Method { get; }

    public string Work { get; }

    /// <summary>How many operations one call is.</summary>
    public int Operations => Method.GetCustomAttribute<BenchmarkAttribute>()!.OperationsPerInvoke;

    /// <summary>All of ours, in the order of the report.</summary>
    public static IReadOnlyList<HotPath> All { get; } =
    [
        .. from method in typeof(HotPath).Assembly.GetTypes().SelectMany(type => type.GetMethods())
           let work = method.GetCustomAttribute<WorkAttribute>()
           where work is not null
           orderby work.Name
           select new HotPath(method, work),
    ];

    /// <summary>Prepares it and gives what runs it once, and what takes down again what was prepared.</summary>
    public async Task<(Func<Task> Run, Func<Task> End)> PrepareAsync()
    {
        object benchmarks = Activator.CreateInstance(Method.DeclaringType!)!;
        await CallAsync<GlobalSetupAttribute>(benchmarks);
        return (Runner(benchmarks), () => CallAsync<GlobalCleanupAttribute>(benchmarks));
    }

    private Func<Task> Runner(object benchmarks)
    {
        if (typeof(Task).IsAssignableFrom(Method.ReturnType))
            return Method.CreateDelegate<Func<Task>>(benchmarks);
        // A result without a box, which would be counted.
        Action run = Expression.Lambda<Action>(Expression.Call(Expression.Constant(benchmarks), Method)).Compile();
        return () =>
        {
            run();
            return Task.CompletedTask;
        };
    }

    private async Task CallAsync<T>(object benchmarks)
        where T : TargetedAttribute
    {
        foreach (MethodInfo method in Method.DeclaringType!.GetMethods())
        {
            if (method.GetCustomAttribute<T>() is { } attribute && (attribute.Targets.Length == 0 || attribute.Targets.Contains(Method.Name)) && method.Invoke(benchmarks, null) is Task task)
                await task;
        }
    }
}
