namespace Netlink.Sockets;

/// <summary>A descriptor that ends a wait for another: eventfd(2).</summary>
internal sealed unsafe class WakeUp : IDisposable
{
    public Descriptor Descriptor { get; } = Descriptor.Checked(Libc.EventDescriptor(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK), "eventfd");

    public void Set()
    {
        if (Descriptor.IsClosed)
            return;
        ulong one = 1;
        // It can only fail for being set already, as often as a number counts.
        _ = Libc.Write(Descriptor, (byte*)&one, sizeof(ulong));
    }

    public void Dispose() => Descriptor.Dispose();
}
