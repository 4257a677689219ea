using System.IO.Pipelines;

namespace LimiQuantix.Consoles;

/// <summary>An opened console, ready to be copied: server to person as it is, person to server through the filter.</summary>
public abstract class ConsoleUpstream : IAsyncDisposable
{
    /// <summary>The upstream's bytes.</summary>
    public abstract IDuplexPipe Transport { get; }

    /// <summary>What judges the bytes that a person sends; <see langword="null"/> when all may pass.</summary>
    public abstract IConsoleInputFilter? InputFilter { get; }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
