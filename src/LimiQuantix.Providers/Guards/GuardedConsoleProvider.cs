using System.Runtime.CompilerServices;
using LimiQuantix.Consoles;

namespace LimiQuantix.Providers.Guards;

/// <summary>A console protocol, guarded.</summary>
/// <param name="inner">The plugin's.</param>
/// <param name="kind">The kind that it said it speaks, when it was opened.</param>
/// <param name="guard">Calls it.</param>
/// <param name="capabilities">Its capabilities.</param>
internal sealed class GuardedConsoleProvider(IConsoleProvider inner, ConsoleKind kind, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), IConsoleProvider
{
    public ConsoleKind Kind => kind;

    public Task<ConsoleUpstream> OpenAsync(OpenConsoleRequest request, CancellationToken cancellationToken = default) =>
        Guard.ReadAsync<ConsoleUpstream>(
            async token =>
            {
                var task = inner.OpenAsync(request, token) ?? throw ProviderErrors.Wrong(Guard.Info, nameof(OpenAsync), "null instead of a task");
                return await task.ConfigureAwait(false) is { } upstream ? new GuardedConsoleUpstream(upstream, Guard) : null!;
            },
            cancellationToken);
}

/// <summary>
/// An opened console, guarded. Its bytes have no deadline, because a screen may be still as long as it likes, and no thread of their own, because they are
/// received in place; what comes of them is judged: a count that the buffer has no room for would be somebody else's memory.
/// </summary>
internal sealed class GuardedConsoleUpstream(ConsoleUpstream inner, ProviderGuard guard) : ConsoleUpstream
{
    public override IConsoleInputFilter? InputFilter { get; } = inner.InputFilter;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await inner.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            return count >= 0 && count <= buffer.Length
                ? count
                : throw ProviderErrors.Wrong(guard.Info, nameof(ReceiveAsync), $"{count} bytes for a buffer of {buffer.Length}");
        }
        catch (Exception e) when (IsForeign(e))
        {
            throw ProviderErrors.Failed(guard.Info, nameof(ReceiveAsync), e);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.SendAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsForeign(e))
        {
            throw ProviderErrors.Failed(guard.Info, nameof(SendAsync), e);
        }
    }

    public override ValueTask DisposeAsync() => guard.EndAsync(inner, $"DisposeAsync of {nameof(IConsoleProvider.OpenAsync)}");

    // A connection that breaks, or that was closed or given up meanwhile, is no failure of the plugin.
    private static bool IsForeign(Exception exception) =>
        exception is not (LimiQuantixException or IOException or OperationCanceledException or ObjectDisposedException);
}
