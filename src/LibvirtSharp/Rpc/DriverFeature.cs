namespace LibvirtSharp.Rpc;

/// <summary>Features a client asks the daemon for (libvirt's <c>virDrvFeature</c>).</summary>
internal enum DriverFeature
{
    TypedParameterStrings = 9,
    ProgramKeepAlive = 10,
    RemoteEventCallback = 14,
    RemoteCloseCallback = 15,
    NetworkUpdateHasCorrectOrder = 16,
}
