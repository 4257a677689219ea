namespace LibvirtSharp.Xdr;

/// <summary>Bytes that are not what the protocol says, or a value that does not fit its bounds.</summary>
internal sealed class XdrException(string message) : Exception(message);
