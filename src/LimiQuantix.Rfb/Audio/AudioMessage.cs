using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Audio;

/// <summary>A QEMU audio message of the server (255, 1): sound begins, goes on, ends.</summary>
internal sealed record AudioMessage(bool Ended, byte[] Data)
{
    private const int AudioKind = 1;
    private const int End = 0;
    private const int Begin = 1;
    private const int DataFollows = 2;

    public static async ValueTask<AudioMessage> ReceiveAsync(RfbReader reader, int maxBytes, CancellationToken ct)
    {
        await reader.EnsureAsync(3, ct).ConfigureAwait(false);
        var kind = reader.TakeByte();
        if (kind != AudioKind)
            throw RfbException.Violation($"The server sent a QEMU message of the unknown kind {kind}.");
        var operation = reader.TakeUInt16();
        switch (operation)
        {
            case End or Begin:
                return new AudioMessage(operation == End, []);
            case DataFollows:
                var length = await reader.ReadUInt32Async(ct).ConfigureAwait(false);
                // Sound that is late is worth nothing: what is beyond the limit is left out.
                var data = await reader.ReadBytesAsync(Math.Min(length, maxBytes), ct).ConfigureAwait(false);
                await reader.SkipAsync(length - data.Length, ct).ConfigureAwait(false);
                return new AudioMessage(false, data);
            default:
                throw RfbException.Violation($"The server sent the unknown audio operation {operation}.");
        }
    }
}
