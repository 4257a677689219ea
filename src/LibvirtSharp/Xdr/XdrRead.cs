namespace LibvirtSharp.Xdr;

/// <summary>Reads one value from the wire.</summary>
internal delegate T XdrRead<out T>(ref XdrReader reader);
