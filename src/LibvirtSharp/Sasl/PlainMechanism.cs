using System.Net;
using System.Text;

namespace LibvirtSharp.Sasl;

/// <summary>PLAIN (RFC 4616): the password itself, so only where nobody else hears.</summary>
internal sealed class PlainMechanism(NetworkCredential credential) : ISaslMechanism
{
    public string Name => "PLAIN";

    public bool IsComplete => true;

    public byte[] Start() => Encoding.UTF8.GetBytes($"\0{credential.UserName}\0{credential.Password}");

    public byte[] Answer(ReadOnlySpan<byte> challenge) => [];
}
