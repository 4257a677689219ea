using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using LimiQuantix.Conformance.Wire;
using LimiQuantix.Consoles;
using LimiQuantix.Diagnostics;
using LimiQuantix.Guests;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Operations;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Verbs;

/// <summary>
/// What a client over HTTP will be, without the HTTP: every argument, answer, error and element of a stream of <see cref="ILimiQuantix"/> crosses as
/// JSON bytes, and nothing else does.
/// </summary>
internal sealed class JsonClient(ILimiQuantix engine) : ILimiQuantix
{
    public INodes Nodes { get; } = JsonNoun<INodes>.Of(engine.Nodes);

    public IImages Images { get; } = JsonNoun<IImages>.Of(engine.Images);

    public IMachines Machines { get; } = JsonNoun<IMachines>.Of(engine.Machines);

    public IPools Pools { get; } = JsonNoun<IPools>.Of(engine.Pools);

    public IVolumes Volumes { get; } = JsonNoun<IVolumes>.Of(engine.Volumes);

    public INetworks Networks { get; } = JsonNoun<INetworks>.Of(engine.Networks);

    public IConsoles Consoles { get; } = JsonNoun<IConsoles>.Of(engine.Consoles);

    public IGuests Guests { get; } = JsonNoun<IGuests>.Of(engine.Guests);

    public IOperations Operations { get; } = JsonNoun<IOperations>.Of(engine.Operations);

    public IInstances Instances { get; } = JsonNoun<IInstances>.Of(engine.Instances);

    public IPlugins Plugins { get; } = JsonNoun<IPlugins>.Of(engine.Plugins);

    public IDoctor Doctor { get; } = JsonNoun<IDoctor>.Of(engine.Doctor);
}

/// <summary>One noun of the client.</summary>
[SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "DispatchProxy inherits from it at run time.")]
internal class JsonNoun<T> : DispatchProxy where T : class
{
    private T _engine = null!;

    public static T Of(T engine)
    {
        var proxy = Create<T, JsonNoun<T>>();
        ((JsonNoun<T>)(object)proxy)._engine = engine;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? method, object?[]? arguments)
    {
        object?[] crossed = [.. method!.GetParameters().Select((parameter, index) => Cross(arguments![index], parameter.ParameterType))];
        var returned = Wire.Errors(() => method.Invoke(_engine, BindingFlags.DoNotWrapExceptions, null, crossed, null));
        var type = method.ReturnType;
        if (type == typeof(Task)) return Wire.EndAsync((Task)returned!);
        var result = type.GenericTypeArguments[0];
        var name = type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>) ? nameof(Wire.StreamAsync)
            : result.IsGenericType && result.GetGenericTypeDefinition() == typeof(OperationHandle<>) ? nameof(Wire.HandleAsync)
            : nameof(Wire.AnswerAsync);
        if (name == nameof(Wire.HandleAsync)) result = result.GenericTypeArguments[0];
        var through = typeof(Wire).GetMethod(name)!.MakeGenericMethod(result);
        var token = arguments!.OfType<CancellationToken>().FirstOrDefault();
        return through.Invoke(null, BindingFlags.DoNotWrapExceptions, null, name == nameof(Wire.StreamAsync) ? new object?[] { returned, token } : new object?[] { returned }, null);
    }

    // Progress is told back as it comes; a token is the connection's end.
    private static object? Cross(object? argument, Type type) =>
        argument is null or CancellationToken ? argument
        : argument is EnsureOptions { Progress: { } progress } ? (EnsureOptions)Wire.Cross(argument, type)! with { Progress = progress }
        : Wire.Cross(argument, type);
}

/// <summary>There and back.</summary>
internal static class Wire
{
    private static readonly JsonSerializerOptions Json = new(ContractJson.Arguments) { Converters = { new ReferenceText() } };

    public static object? Cross(object? value, Type type) => JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, type, Json), type, Json);

    public static TResult Errors<TResult>(Func<TResult> call)
    {
        try
        {
            return call();
        }
        catch (LimiQuantixException e)
        {
            throw Crossed(e);
        }
    }

    public static async Task EndAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (LimiQuantixException e)
        {
            throw Crossed(e);
        }
    }

    public static async Task<TResult> AnswerAsync<TResult>(Task<TResult> task)
    {
        await EndAsync(task);
        return (TResult)Cross(await task, typeof(TResult))!;
    }

    public static async Task<OperationHandle<TResult>> HandleAsync<TResult>(Task<OperationHandle<TResult>> task)
    {
        await EndAsync(task);
        return new JsonHandle<TResult>(await task);
    }

    public static async IAsyncEnumerable<TItem> StreamAsync<TItem>(IAsyncEnumerable<TItem> stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var elements = stream.GetAsyncEnumerator(cancellationToken);
        while (await AnswerAsync(elements.MoveNextAsync().AsTask())) yield return (TItem)Cross(elements.Current, typeof(TItem))!;
    }

    private static LimiQuantixException Crossed(LimiQuantixException e) => new((LimiQuantixError)Cross(e.Error, typeof(LimiQuantixError))!);

    private sealed class ReferenceText : JsonConverter<ResourceReference>
    {
        public override ResourceReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

        public override void Write(Utf8JsonWriter writer, ResourceReference value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}

/// <summary>A handle whose answers cross.</summary>
internal sealed class JsonHandle<T>(OperationHandle<T> engine) : OperationHandle<T>
{
    public override Guid Id { get; } = (Guid)Wire.Cross(engine.Id, typeof(Guid))!;

    public override Guid ResourceId { get; } = (Guid)Wire.Cross(engine.ResourceId, typeof(Guid))!;

    public override IAsyncEnumerable<OperationProgress> WatchProgressAsync(CancellationToken cancellationToken = default) =>
        Wire.StreamAsync(engine.WatchProgressAsync(cancellationToken), cancellationToken);

    public override Task<T> CompletedAsync(CancellationToken cancellationToken = default) => Wire.AnswerAsync(engine.CompletedAsync(cancellationToken));

    public override Task CancelAsync(CancellationToken cancellationToken = default) => Wire.EndAsync(engine.CancelAsync(cancellationToken));
}
