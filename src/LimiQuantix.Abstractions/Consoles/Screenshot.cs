namespace LimiQuantix.Consoles;

/// <summary>A picture of a machine's screen.</summary>
public sealed record Screenshot
{
    /// <summary>The picture as a PNG file (8 bits a channel, RGB).</summary>
    public required ReadOnlyMemory<byte> Png { get; init; }

    /// <summary>Pixels across.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels down.</summary>
    public required int Height { get; init; }

    /// <summary>When it was taken.</summary>
    public DateTimeOffset CapturedAt { get; init; }
}
