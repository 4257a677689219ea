namespace LibvirtSharp.Rpc;

/// <summary>Takes what the server sends on one stream. Called on the receiving loop.</summary>
internal interface IStreamSink
{
    /// <summary>Takes a piece over; one without bytes or hole is the end of what the server sends.</summary>
    /// <returns>A task to wait for before more is received: the stream's buffer is full.</returns>
    ValueTask ReceiveAsync(StreamPiece piece);

    /// <summary>The server confirmed the end of the stream.</summary>
    void Finished();

    void Failed(LibvirtException error);
}
