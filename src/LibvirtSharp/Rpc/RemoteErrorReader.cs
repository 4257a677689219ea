using LibvirtSharp.Protocol;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Rpc;

/// <summary>Turns the wire's error into an exception.</summary>
internal static class RemoteErrorReader
{
    public static LibvirtException Read(ref XdrReader reader, string procedure)
    {
        RemoteError error = RemoteError.Read(ref reader);
        reader.End();
        // libvirt puts the whole text into str1 as well; message is the one it shows.
        string message = error.Message ?? error.Str1 ?? $"libvirt failed with code {error.Code} and no message.";
        return new LibvirtException((LibvirtErrorCode)error.Code, (LibvirtErrorDomain)error.Domain, message)
        {
            Level = (LibvirtErrorLevel)error.Level,
            Procedure = procedure,
        };
    }
}
