using System.Reflection;
using System.Text.Json;
using LimiQuantix.Conformance.Wire;
using LimiQuantix.Consoles;

namespace LimiQuantix.Conformance.Proxy;

/// <summary>Serves one provider to proxies: what the daemon does on its node.</summary>
internal sealed class WireServer(IProvider provider, Type contract, TimeProvider timeProvider)
{
    private static readonly MethodInfo ItemsMethod = typeof(WireServer).GetMethod(nameof(SendItemsAsync), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo AskMethod = typeof(IProvider).GetMethod(nameof(IProvider.GetCapability))!;

    public byte[] Hello() => ContractJson.ToBytes(new WireHello
    {
        Capabilities = [.. WireShape.Capabilities.Where(capability => Ask(capability) is not null).Select(capability => capability.Name)],
        Properties = contract.GetProperties().ToDictionary(
            property => property.Name, property => JsonSerializer.SerializeToElement(property.GetValue(provider), property.PropertyType, ContractJson.Options), StringComparer.Ordinal),
    });

    /// <summary>Serves one call to its end. Never throws: every end is a frame.</summary>
    public async Task ServeAsync(WireCall call)
    {
        var side = call.Server;
        try
        {
            if (await side.ReceiveAsync(call.IsReset).ConfigureAwait(false) is not { Kind: WireFrameKind.Request } first) return;
            var request = ContractJson.FromBytes<WireRequest>(first.Payload.Span);
            using var deadline = new CancellationTokenSource(request.Deadline ?? Timeout.InfiniteTimeSpan, timeProvider);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(call.IsReset, deadline.Token);
            try
            {
                await AnswerAsync(call, request, linked.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (call.IsReset.IsCancellationRequested)
            {
                await SendLastAsync(side, WireFrameKind.Cancelled, default).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                await SendErrorAsync(side, WireErrors.DeadlinePassed(request.Member, request.Deadline!.Value)).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            await SendErrorAsync(side, failure).ConfigureAwait(false);
        }
        finally
        {
            side.Complete();
        }
    }

    private static Task SendErrorAsync(WireSide side, Exception failure) => SendLastAsync(side, WireFrameKind.Error, ContractJson.ToBytes(WireErrors.ToError(failure)));

    // The caller may be gone; then nobody reads what is sent last.
    private static async Task SendLastAsync(WireSide side, WireFrameKind kind, ReadOnlyMemory<byte> payload)
    {
        if (!side.TrySend(kind, payload)) await side.SendAsync(kind, payload).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task SendItemsAsync<T>(IAsyncEnumerable<T> items, WireSide side, CancellationToken cancellationToken)
    {
        await foreach (var item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (item is null) throw new LimiQuantixException(ErrorCodes.Internal, "The provider gave an item that is null.");
            await side.SendAsync(WireFrameKind.Item, ContractJson.ToBytes(item), cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        await side.SendAsync(WireFrameKind.End, default, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static Task SendResultAsync(WireSide side, WireResult result, CancellationToken cancellationToken) =>
        side.SendAsync(WireFrameKind.Answer, ContractJson.ToBytes(result), cancellationToken: cancellationToken).AsTask();

    private async Task AnswerAsync(WireCall call, WireRequest request, CancellationToken cancellationToken)
    {
        var (target, shape) = Find(request);
        var (arguments, argumentStream) = Read(call, shape, request, cancellationToken);
        WireStream? resultStream = shape.Answer is WireAnswer.Endpoint or WireAnswer.Stream or WireAnswer.Upstream
            ? new WireStream(call.Server, WireCall.ResultStream, static _ => default)
            : null;
        using var receiving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var frames = ReceiveAsync(call, argumentStream, resultStream, receiving.Token);
        try
        {
            // A provider that works before its first await, or hangs there, does so in a thread of the daemon.
            var answer = await Task.Run(() => shape.Method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null), cancellationToken).ConfigureAwait(false);
            switch (shape.Answer)
            {
                case WireAnswer.Items:
                    await ((Task)ItemsMethod.MakeGenericMethod(shape.ItemType).Invoke(null, [answer, call.Server, cancellationToken])!).ConfigureAwait(false);
                    break;
                case WireAnswer.Stream:
                    await StreamAsync(await ((Task<Stream>)answer!).ConfigureAwait(false), call, resultStream!, cancellationToken).ConfigureAwait(false);
                    break;
                case WireAnswer.Upstream:
                    var upstream = await ((Task<ConsoleUpstream>)answer!).ConfigureAwait(false);
                    await SendResultAsync(call.Server, new WireResult { HasStream = true }, cancellationToken).ConfigureAwait(false);
                    await WirePumps.ConsoleAsync(upstream, resultStream!, cancellationToken).ConfigureAwait(false);
                    break;
                case WireAnswer.Endpoint:
                    await EndpointAsync(await ((Task<ConsoleEndpoint>)answer!).ConfigureAwait(false), call, resultStream!, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await ((Task)answer!).ConfigureAwait(false);
                    await SendResultAsync(call.Server, Result(shape, (Task)answer!), cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
        finally
        {
            await receiving.CancelAsync().ConfigureAwait(false);
            await frames.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static WireResult Result(WireShape shape, Task answered)
    {
        if (shape.Answer == WireAnswer.Nothing) return new WireResult();
        var value = answered.GetType().GetProperty("Result")!.GetValue(answered);
        if (value is null && !shape.MayAnswerNull) throw new LimiQuantixException(ErrorCodes.Internal, $"{shape.Method.Name} answered null.");
        return new WireResult { Value = value is null ? null : JsonSerializer.SerializeToElement(value, shape.ItemType, ContractJson.Options) };
    }

    private static async Task StreamAsync(Stream? stream, WireCall call, WireStream far, CancellationToken cancellationToken)
    {
        if (stream is null) throw new LimiQuantixException(ErrorCodes.Internal, "The provider answered no stream.");
        await using (stream.ConfigureAwait(false))
        {
            await SendResultAsync(call.Server, new WireResult { HasStream = true }, cancellationToken).ConfigureAwait(false);
            await stream.CopyToAsync(far, cancellationToken).ConfigureAwait(false);
            await far.EndAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task EndpointAsync(ConsoleEndpoint endpoint, WireCall call, WireStream far, CancellationToken cancellationToken)
    {
        if (endpoint is not OpenedConsole opened)
        {
            await SendResultAsync(call.Server, new WireResult { Value = JsonSerializer.SerializeToElement(endpoint, ContractJson.Options) }, cancellationToken).ConfigureAwait(false);
            return;
        }

        // The record without its stream, which goes beside it.
        var value = JsonSerializer.SerializeToElement(new { nodeId = opened.NodeId, credentials = opened.Credentials }, ContractJson.Options);
        await SendResultAsync(call.Server, new WireResult { Value = value, HasStream = true }, cancellationToken).ConfigureAwait(false);
        await WirePumps.DuplexAsync(opened.Stream, far, untilEither: false, call.IsReset).ConfigureAwait(false);
    }

    private static async Task ReceiveAsync(WireCall call, WireStream? argument, WireStream? result, CancellationToken cancellationToken)
    {
        try
        {
            while (await call.Server.ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } frame)
            {
                if ((frame.Channel == WireCall.ArgumentStream ? argument : result) is { } stream) await stream.TakeAsync(frame, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            argument?.Break(new IOException("The caller is gone."));
            result?.Break(new IOException("The caller is gone."));
        }
    }

    private static (object?[] Arguments, WireStream? Stream) Read(WireCall call, WireShape shape, WireRequest request, CancellationToken cancellationToken)
    {
        WireStream? stream = null;
        var parameters = shape.Method.GetParameters();
        var arguments = new object?[parameters.Length];
        for (var index = 0; index < parameters.Length; index++)
        {
            var sent = request.Arguments[index];
            arguments[index] = shape.Parameters[index] switch
            {
                WireParameter.Token => cancellationToken,
                _ => sent is { } value ? value.Deserialize(parameters[index].ParameterType, ContractJson.Options) : null,
            };
            if (shape.Parameters[index] != WireParameter.ValueWithStream || arguments[index] is not { } lending) continue;
            stream = new WireStream(call.Server, WireCall.ArgumentStream, static stream => stream.EndAsync());
            WireShape.StreamOf(lending.GetType())!.SetValue(lending, stream);
        }

        return (arguments, stream);
    }

    private (object Target, WireShape Shape) Find(WireRequest request)
    {
        var type = request.Contract == contract.Name ? contract : WireShape.Capabilities.First(capability => capability.Name == request.Contract);
        var target = type == contract ? provider : Ask(type) ?? throw new LimiQuantixException(ErrorCodes.Unavailable, $"The instance has no {type.Name} any more.", isTransient: true);
        return (target, WireShape.Of(WireShape.MembersOf(type).Single(method => method.Name == request.Member)));
    }

    private object? Ask(Type capability) => AskMethod.MakeGenericMethod(capability).Invoke(provider, null);
}
