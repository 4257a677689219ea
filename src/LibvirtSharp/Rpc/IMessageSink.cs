namespace LibvirtSharp.Rpc;

/// <summary>Takes the messages the server sends on its own. Called on the receiving loop: must not wait.</summary>
internal interface IMessageSink
{
    void Receive(object message);
}
