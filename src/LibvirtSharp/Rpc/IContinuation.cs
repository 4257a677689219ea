namespace LibvirtSharp.Rpc;

/// <summary>Something received that a caller or a reader waits for.</summary>
internal interface IContinuation
{
    /// <summary>Lets whoever waits go on: here and now, or on the thread pool.</summary>
    void Continue(bool inline);
}
