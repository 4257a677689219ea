using LimiQuantix.Consoles;

namespace LimiQuantix.Providers.Guards;

/// <summary>What a call gave back after nobody waited for it any more.</summary>
internal static class LateResult
{
    /// <summary>What has to be ended, because nobody else will; null when the result holds nothing.</summary>
    public static IAsyncDisposable? Owned(object? result) => result switch
    {
        OpenedConsole { Stream: { } stream } => stream,
        IAsyncDisposable disposable => disposable,
        _ => null,
    };
}
