using System.Threading.Channels;
using LimiQuantix.Rfb.Live;
using LimiQuantix.Rfb.Messages;

namespace LimiQuantix.Rfb.Audio;

/// <summary>Turns audio messages into pieces of sound, and keeps a few of them for whoever takes them.</summary>
internal sealed class AudioListener : IMessageListener
{
    private const int MaxPieces = 32;

    private readonly RfbAudioFormat _format;
    private readonly Channel<RfbSound> _pieces;
    private byte[] _rest = [];
    private long _dropped;

    public AudioListener(RfbAudioFormat format)
    {
        _format = format;
        _pieces = Channel.CreateBounded<RfbSound>(
            new BoundedChannelOptions(MaxPieces) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true },
            dropped => _dropped += dropped.Samples.Length + dropped.Dropped);
    }

    public bool Hear(ServerMessage message)
    {
        if (message.Audio is not { } audio)
            return true;
        // A sample may be cut by the end of a message.
        byte[] bytes = audio.Ended ? [] : [.. _rest, .. audio.Data];
        var whole = bytes.Length - bytes.Length % (_format.BytesPerSample * _format.Channels);
        _rest = bytes[whole..];
        if (whole == 0)
            return true;
        var dropped = _dropped;
        _dropped = 0;
        _pieces.Writer.TryWrite(new RfbSound(_format.ToPcm(bytes.AsSpan(0, whole)), _format.Channels, _format.SamplesPerSecond, dropped));
        return true;
    }

    public void Fail(Exception failure) => _pieces.Writer.TryComplete(failure);

    public IAsyncEnumerable<RfbSound> ReadAllAsync(CancellationToken ct) => _pieces.Reader.ReadAllAsync(ct);
}
