namespace LimiQuantix.Machines;

/// <summary>What one read of a serial log gave.</summary>
public sealed record SerialLogChunk
{
    /// <summary>How many bytes were read into the buffer.</summary>
    public required int BytesRead { get; init; }

    /// <summary>The offset after them: where the next read begins.</summary>
    public required long NextOffset { get; init; }
}
