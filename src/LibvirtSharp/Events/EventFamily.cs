namespace LibvirtSharp.Events;

/// <summary>Callback numbers are unique within one of these.</summary>
internal enum EventFamily
{
    Domain = 0,
    Network = 1,
    StoragePool = 2,
    NodeDevice = 3,
    Secret = 4,
    Connection = 5,
    Qemu = 6,
}
