using System.IO.Pipelines;
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
/// An opened console whose begin and end are guarded. Its bytes are not: they are copied in place, and a screen may be still as long as it
/// likes.
/// </summary>
internal sealed class GuardedConsoleUpstream(ConsoleUpstream inner, ProviderGuard guard) : ConsoleUpstream
{
    public override IDuplexPipe Transport { get; } =
        inner.Transport ?? throw ProviderErrors.Wrong(guard.Info, nameof(ConsoleUpstream.Transport), "null");

    public override IConsoleInputFilter? InputFilter { get; } = inner.InputFilter;

    public override ValueTask DisposeAsync() => guard.EndAsync(inner, $"DisposeAsync of {nameof(IConsoleProvider.OpenAsync)}");
}
