namespace LibvirtSharp.Rpc;

/// <summary>Takes the messages the server sends on its own. Called on the receiving loop: must not wait.</summary>
internal interface IMessageSink
{
    /// <param name="message">The decoded message.</param>
    /// <param name="bytes">How long it was on the wire.</param>
    void Receive(object message, int bytes);
}
