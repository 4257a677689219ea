using System.Text.Json;

namespace Ovsdb.Rpc;

/// <summary>A call with an answer of a type.</summary>
internal sealed class PendingCall<T>(string method, Action<Utf8JsonWriter> write, PendingCall<T>.Reader read) : PendingCall(method)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private OvsdbException? _refusal;

    public delegate T Reader(ref Utf8JsonReader reader);

    public Task<T> Task => _completion.Task;

    public override void WriteParameters(Utf8JsonWriter writer) => write(writer);

    public override void ReadResult(ref Utf8JsonReader reader)
    {
        try
        {
            _result = read(ref reader);
        }
        catch (OvsdbException e) when (e.Kind != OvsdbErrorKind.Protocol)
        {
            // The answer says no; it is read to its end before that is thrown.
            _refusal = e;
        }
    }

    public override void Complete()
    {
        if (_refusal is not null)
            _completion.TrySetException(_refusal);
        else
            _completion.TrySetResult(_result!);
    }

    public override void Fail(OvsdbException error) => _completion.TrySetException(error);
}
