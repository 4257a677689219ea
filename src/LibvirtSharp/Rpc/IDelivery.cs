namespace LibvirtSharp.Rpc;

/// <summary>Something received that a caller or a reader waits for.</summary>
internal interface IDelivery
{
    /// <summary>Lets whoever waits go on: here and now, or on the thread pool.</summary>
    void Deliver(bool inline);
}
