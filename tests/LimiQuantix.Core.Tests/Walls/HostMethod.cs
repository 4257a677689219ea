using System.Reflection;
using System.Text.Json;

namespace LimiQuantix.Core.Tests.Walls;

/// <summary>One method of one host interface, found by reflection and called with arguments made for it.</summary>
internal sealed record HostMethod(PropertyInfo Noun, MethodInfo Method)
{
    private static readonly MethodInfo MoveOnce = typeof(HostMethod).GetMethod(nameof(FirstAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Every method of every interface that <see cref="ILimiQuantix"/> leads to.</summary>
    public static IReadOnlyList<HostMethod> All { get; } =
    [
        .. from noun in typeof(ILimiQuantix).GetProperties()
           from contract in noun.PropertyType.GetInterfaces().Prepend(noun.PropertyType)
           from method in contract.GetMethods()
           where !method.IsSpecialName
           select new HostMethod(noun, method),
    ];

    /// <summary>The parameter that names one resource; <see langword="null"/> for a method about none in particular.</summary>
    public ParameterInfo? TargetParameter => Method.GetParameters().FirstOrDefault(WallArguments.NamesResource);

    public override string ToString() =>
        $"{Noun.Name}.{Method.Name}({string.Join(", ", Method.GetParameters().Select(parameter => parameter.ParameterType.Name))})";

    /// <summary>Calls the method and waits for its answer; of a stream, for its first element.</summary>
    public async Task<WallAnswer> CallAsync(ILimiQuantix limiQuantix, WallArguments arguments, WallTarget target)
    {
        object?[] values = [.. Method.GetParameters().Select(parameter => arguments.For(this, parameter, target))];
        try
        {
            var returned = Method.Invoke(Noun.GetValue(limiQuantix), BindingFlags.DoNotWrapExceptions, null, values, null);
            return new WallAnswer(null, JsonSerializer.Serialize(await ResultAsync(returned!).WaitAsync(TimeSpan.FromSeconds(30))));
        }
        catch (LimiQuantixException exception)
        {
            return new WallAnswer(exception.Error, JsonSerializer.Serialize(exception.Error));
        }
    }

    private static async Task<object?> ResultAsync(object returned)
    {
        if (returned is Task task)
        {
            await task;
            var result = task.GetType().GetProperty("Result")?.GetValue(task);
            return result?.GetType() is { IsGenericType: false } or null ? Plain(result) : await CompletedAsync(result);
        }

        var stream = returned.GetType().GetInterfaces().First(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));
        return await (Task<object?>)MoveOnce.MakeGenericMethod(stream.GenericTypeArguments).Invoke(null, [returned])!;
    }

    // A handle is as good as what it leads to; its id is new each time.
    private static async Task<object?> CompletedAsync(object result)
    {
        if (result.GetType().GetMethod("CompletedAsync") is not { } completed) return result;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var task = (Task)completed.Invoke(result, [deadline.Token])!;
        await task;
        return new { ResourceId = result.GetType().GetProperty("ResourceId")!.GetValue(result), Result = task.GetType().GetProperty("Result")!.GetValue(task) };
    }

    private static object? Plain(object? result) => result?.GetType().Name == "VoidTaskResult" ? null : result;

    private static async Task<object?> FirstAsync<T>(IAsyncEnumerable<T> stream)
    {
        await foreach (var element in stream) return element;
        return null;
    }
}

/// <summary>What a call came to.</summary>
/// <param name="Error">Its error, if it failed.</param>
/// <param name="Json">Error or result as bytes that a caller could compare.</param>
internal sealed record WallAnswer(LimiQuantixError? Error, string Json);
