using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LimiQuantix.Conformance.Wire;
using LimiQuantix.Consoles;
using LimiQuantix.Nodes;

namespace LimiQuantix.Conformance.Proxy;

/// <summary>
/// Stands for a provider behind a wire: each argument and answer goes through bytes, as between the engine and the node daemon. What is no
/// data crosses in its own way: streams in chunks, enumerations item by item, capabilities by name, failures as <see cref="LimiQuantixError"/>, a
/// cancelled token as a reset of its call, a deadline as a time to live.
/// </summary>
public static class WireProxy
{
    /// <summary>All bytes that crossed any wire of this process: a proof that something did.</summary>
    public static long BytesCrossed => WireSide.BytesCrossed;

    /// <summary>Makes a proxy of a provider. Disposing it disposes the provider.</summary>
    /// <typeparam name="T">The provider contract.</typeparam>
    /// <param name="provider">The provider on the other side.</param>
    /// <param name="deadline">How long a call may take, but for enumerations and streams; unlimited by default.</param>
    /// <param name="timeProvider">The clock of the deadlines.</param>
    public static T Of<T>(T provider, TimeSpan? deadline = null, TimeProvider? timeProvider = null) where T : class, IProvider
    {
        ArgumentNullException.ThrowIfNull(provider);
        var time = timeProvider ?? TimeProvider.System;
        var server = new WireServer(provider, typeof(T), time);
        return WireDispatch.Create<T>(new WireClient(server, provider, typeof(T), deadline, time), typeof(T));
    }
}

/// <summary>One connection: what it said at its begin, and its calls.</summary>
internal sealed class WireClient(WireServer server, IProvider provider, Type contract, TimeSpan? deadline, TimeProvider timeProvider)
{
    private static readonly MethodInfo ValueMethod = typeof(WireClient).GetMethod(nameof(ValueAsync), BindingFlags.NonPublic | BindingFlags.Instance)!;
    private static readonly MethodInfo ItemsMethod = typeof(WireClient).GetMethod(nameof(ItemsAsync), BindingFlags.NonPublic | BindingFlags.Instance)!;

    /// <summary>How long a cancelled call waits for the other side to say that it ended, so that nothing of it goes on unseen.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly WireHello _hello = ContractJson.FromBytes<WireHello>(server.Hello());
    private readonly CancellationTokenSource _closed = new();

    public object? Capability(Type type) =>
        type == contract || !_hello.Capabilities.Contains(type.Name) ? null
        : WireDispatch.Create(type, this);

    public object? Property(PropertyInfo property) => _hello.Properties[property.Name].Deserialize(property.PropertyType, ContractJson.Options);

    public object? Invoke(Type type, MethodInfo method, object?[] arguments)
    {
        var shape = WireShape.Of(method);
        return shape.Answer switch
        {
            WireAnswer.Nothing => NothingAsync(type, shape, arguments),
            WireAnswer.Value => ValueMethod.MakeGenericMethod(shape.ItemType).Invoke(this, [type, shape, arguments]),
            WireAnswer.Items => ItemsMethod.MakeGenericMethod(shape.ItemType).Invoke(this, [type, shape, arguments, CancellationToken.None]),
            WireAnswer.Stream => StreamAsync(type, shape, arguments),
            WireAnswer.Endpoint => EndpointAsync(type, shape, arguments),
            _ => UpstreamAsync(type, shape, arguments),
        };
    }

    public async Task DisposeAsync()
    {
        await _closed.CancelAsync().ConfigureAwait(false);
        await provider.DisposeAsync().ConfigureAwait(false);
    }

    private static CancellationToken TokenOf(object?[] arguments) => arguments.OfType<CancellationToken>().FirstOrDefault();

    private async Task NothingAsync(Type type, WireShape shape, object?[] arguments) => await ValueAsync<object>(type, shape, arguments).ConfigureAwait(false);

    private async Task<T?> ValueAsync<T>(Type type, WireShape shape, object?[] arguments)
    {
        using var opened = await OpenAsync(type, shape, arguments, deadline).ConfigureAwait(false);
        var result = await opened.ResultAsync(TokenOf(arguments)).ConfigureAwait(false);
        if (shape.Answer == WireAnswer.Nothing) return default;
        if (result.Value is { } value) return value.Deserialize<T>(ContractJson.Options);
        return shape.MayAnswerNull ? default : throw new LimiQuantixException(ErrorCodes.Internal, $"{shape.Method.Name} answered null.");
    }

    private async IAsyncEnumerable<T> ItemsAsync<T>(Type type, WireShape shape, object?[] arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, TokenOf(arguments));
        using var opened = await OpenAsync(type, shape, arguments, null).ConfigureAwait(false);
        while (true)
        {
            both.Token.ThrowIfCancellationRequested();
            var frame = await opened.NextAsync(both.Token).ConfigureAwait(false);
            if (frame.Kind == WireFrameKind.End) yield break;
            yield return ContractJson.FromBytes<T>(frame.Payload.Span);
        }
    }

    private async Task<Stream> StreamAsync(Type type, WireShape shape, object?[] arguments)
    {
        var opened = await OpenAsync(type, shape, arguments, null).ConfigureAwait(false);
        return await opened.StreamAsync((_, stream) => (Stream)stream!, TokenOf(arguments)).ConfigureAwait(false);
    }

    private async Task<ConsoleEndpoint> EndpointAsync(Type type, WireShape shape, object?[] arguments)
    {
        var opened = await OpenAsync(type, shape, arguments, null).ConfigureAwait(false);
        return await opened.StreamAsync(Endpoint, TokenOf(arguments)).ConfigureAwait(false);

        static ConsoleEndpoint Endpoint(WireResult result, WireStream? stream) => stream is null
            ? result.Value!.Value.Deserialize<ConsoleEndpoint>(ContractJson.Options)!
            : new OpenedConsole
            {
                NodeId = result.Value!.Value.GetProperty("nodeId").Deserialize<NodeId>(ContractJson.Options),
                Credentials = result.Value.Value.TryGetProperty("credentials", out var credentials) ? credentials.Deserialize<ConsoleCredentials>(ContractJson.Options) : null,
                Stream = stream,
            };
    }

    private async Task<ConsoleUpstream> UpstreamAsync(Type type, WireShape shape, object?[] arguments)
    {
        var opened = await OpenAsync(type, shape, arguments, null).ConfigureAwait(false);
        return await opened.StreamAsync((_, stream) => ConsoleUpstream.Over(stream!), TokenOf(arguments)).ConfigureAwait(false);
    }

    private async Task<WireOpened> OpenAsync(Type type, WireShape shape, object?[] arguments, TimeSpan? callDeadline)
    {
        ObjectDisposedException.ThrowIf(_closed.IsCancellationRequested, this);
        shape.CheckArguments(arguments);
        var lent = StreamOf(shape, arguments);
        TokenOf(arguments).ThrowIfCancellationRequested();
        var request = ContractJson.ToBytes(new WireRequest
        {
            Contract = type.Name,
            Member = shape.Method.Name,
            Deadline = callDeadline,
            Arguments = [.. arguments.Select((argument, index) => ArgumentOf(shape, argument, index))],
        });
        var call = new WireCall();
        var opened = new WireOpened(call, server.ServeAsync(call), shape.Method.Name, callDeadline, Grace, timeProvider, _closed.Token);
        await call.Client.SendAsync(WireFrameKind.Request, request).ConfigureAwait(false);
        if (lent is not null) opened.Lend(lent);
        return opened;
    }

    private static Stream? StreamOf(WireShape shape, object?[] arguments) => arguments
        .Where((argument, index) => argument is not null && shape.Parameters[index] == WireParameter.ValueWithStream)
        .Select(argument => (Stream?)WireShape.StreamOf(argument!.GetType())!.GetValue(argument) ?? throw new ArgumentNullException(nameof(arguments))).FirstOrDefault();

    private static JsonElement? ArgumentOf(WireShape shape, object? argument, int index) => (shape.Parameters[index], argument) switch
    {
        (WireParameter.Value or WireParameter.ValueWithStream, not null) => JsonSerializer.SerializeToElement(argument, shape.Method.GetParameters()[index].ParameterType, ContractJson.Arguments),
        _ => null,
    };
}

/// <summary>Gives the calls of an interface to the connection.</summary>
[SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "DispatchProxy inherits from it at run time.")]
internal class WireDispatch : DispatchProxy
{
    private static readonly MethodInfo CreateMethod = typeof(WireDispatch).GetMethods().Single(method => method is { Name: nameof(Create), IsGenericMethod: true, IsStatic: true } && method.GetParameters().Length == 2);
    private WireClient _client = null!;
    private Type _type = null!;

    public static object Create(Type type, WireClient client) => CreateMethod.MakeGenericMethod(type).Invoke(null, [client, type])!;

    public static T Create<T>(WireClient client, Type type) where T : class
    {
        var proxy = Create<T, WireDispatch>();
        var dispatch = (WireDispatch)(object)proxy;
        dispatch._client = client;
        dispatch._type = type;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        if (targetMethod.Name == nameof(IProvider.GetCapability)) return _client.Capability(targetMethod.GetGenericArguments()[0]);
        if (targetMethod.Name == nameof(IAsyncDisposable.DisposeAsync)) return Boxed(new ValueTask(_client.DisposeAsync()));
        if (targetMethod.IsSpecialName) return _client.Property(_type.GetProperties().Single(property => property.GetMethod!.Name == targetMethod.Name));
        return _client.Invoke(_type, targetMethod, args ?? []);
    }

    private static object Boxed(object answer) => answer;
}
