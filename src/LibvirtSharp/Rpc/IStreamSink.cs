namespace LibvirtSharp.Rpc;

/// <summary>Takes what the server sends on one stream. Called on the receiving loop.</summary>
internal interface IStreamSink
{
    /// <summary>Keeps a copy of <paramref name="data"/>; an empty one is the end of what the server sends.</summary>
    /// <returns>A task to wait for before more is received: the stream's buffer is full.</returns>
    ValueTask ReceiveDataAsync(ReadOnlySpan<byte> data);

    ValueTask ReceiveHoleAsync(long length);

    /// <summary>The server confirmed the end of the stream.</summary>
    void Finished();

    void Failed(LibvirtException error);
}
