namespace LibvirtSharp.Rpc;

/// <summary>The numbers of the programs that share a connection.</summary>
internal static class Programs
{
    public const uint Remote = Protocol.RemoteProgram.Number;
    public const uint Qemu = Protocol.QemuProgram.Number;
    public const uint KeepAlive = 0x6b656570;
    public const uint Version = 1;
    public const int KeepAlivePing = 1;
    public const int KeepAlivePong = 2;

    public static string Name(uint program, int procedure) => program switch
    {
        Remote => ((Protocol.RemoteProcedure)procedure).ToString(),
        Qemu => "Qemu" + (Protocol.QemuProcedure)procedure,
        KeepAlive => procedure == KeepAlivePing ? "KeepAlivePing" : "KeepAlivePong",
        _ => $"{program:x}:{procedure}",
    };
}
