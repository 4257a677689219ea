using LimiQuantix.Rfb.Messages;

namespace LimiQuantix.Rfb.Live;

/// <summary>Waits for one message that satisfies a condition, and gives what was seen then.</summary>
/// <param name="hear">Judges a message: null to go on, or what is waited for.</param>
internal sealed class Listener<T>(Func<ServerMessage, T?> hear) : IMessageListener where T : class
{
    private readonly TaskCompletionSource<T> _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Hear(ServerMessage message)
    {
        try
        {
            if (hear(message) is not { } result)
                return true;
            _heard.TrySetResult(result);
        }
        catch (Exception e)
        {
            _heard.TrySetException(e);
        }
        return false;
    }

    public void Fail(Exception failure) => _heard.TrySetException(failure);

    /// <summary>Sends a question and waits for the answer; it stops listening however that ends.</summary>
    public async Task<T> AskAsync(MessagePump pump, Func<ValueTask> ask, CancellationToken ct)
    {
        // Listening comes first, or a pump that runs already would let the answer go by.
        pump.Listen(this);
        try
        {
            await ask().ConfigureAwait(false);
            pump.Run();
            return await _heard.Task.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            pump.Leave(this);
            // Nobody looks at it any more when the wait was cancelled.
            _ = _heard.Task.Exception;
        }
    }
}
