using System.Text.Json;

namespace Ovsdb.Rpc;

/// <summary>Takes what the server sends unasked; called by one thread, in the order of the stream.</summary>
internal interface INotificationSink
{
    /// <summary>A notification; the reader stands on its parameters.</summary>
    void Notify(string method, ref Utf8JsonReader parameters);
}
