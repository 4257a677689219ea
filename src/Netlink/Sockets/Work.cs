namespace Netlink.Sockets;

/// <summary>Something that the thread of a connection does.</summary>
internal abstract class Work
{
    /// <summary>Does it; whatever goes wrong is its own caller's failure.</summary>
    public abstract void Run(RequestSocket socket);

    /// <summary>Tells the caller that it will not be done.</summary>
    public abstract void Fail(Exception exception);
}
