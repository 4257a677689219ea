using System.Text.Json;

namespace Ovsdb.Rpc;

/// <summary>A call whose answer is awaited.</summary>
internal abstract class PendingCall(string method)
{
    public string Method { get; } = method;

    /// <summary>Writes the parameters, an array.</summary>
    public abstract void WriteParameters(Utf8JsonWriter writer);

    /// <summary>Reads the answer's result; on the thread that receives, before any later message is read.</summary>
    public abstract void ReadResult(ref Utf8JsonReader reader);

    /// <summary>What was read is given to the caller.</summary>
    public abstract void Complete();

    /// <summary>The caller gets an error; nothing when it has an answer.</summary>
    public abstract void Fail(OvsdbException error);
}
