using System.Buffers.Binary;

namespace LimiQuantix.Rfb;

/// <summary>How a sample of sound is written on the wire (QEMU audio), little-endian.</summary>
public enum RfbSampleFormat
{
    /// <summary>Eight bits, 128 being silence.</summary>
    Unsigned8 = 0,

    /// <summary>Eight bits, signed.</summary>
    Signed8 = 1,

    /// <summary>Sixteen bits, 32768 being silence.</summary>
    Unsigned16 = 2,

    /// <summary>Sixteen bits, signed.</summary>
    Signed16 = 3,

    /// <summary>Thirty-two bits, 2147483648 being silence.</summary>
    Unsigned32 = 4,

    /// <summary>Thirty-two bits, signed.</summary>
    Signed32 = 5,
}

/// <summary>What sound a client asks for.</summary>
public sealed record RfbAudioFormat
{
    /// <summary>How a sample is written on the wire. Default signed 16 bits.</summary>
    public RfbSampleFormat SampleFormat { get; init; } = RfbSampleFormat.Signed16;

    /// <summary>1 or 2. Default 2.</summary>
    public int Channels { get; init; } = 2;

    /// <summary>Samples a second and channel, from 1 to 48000. Default 44100.</summary>
    public int SamplesPerSecond { get; init; } = 44100;

    internal int BytesPerSample => (int)SampleFormat switch { < 2 => 1, < 4 => 2, _ => 4 };

    internal void Validate()
    {
        if (!Enum.IsDefined(SampleFormat))
            throw new ArgumentOutOfRangeException(nameof(SampleFormat), SampleFormat, "There is no such sample format.");
        if (Channels is not (1 or 2))
            throw new ArgumentOutOfRangeException(nameof(Channels), Channels, "Channels must be 1 or 2.");
        if (SamplesPerSecond is < 1 or > 48000)
            throw new ArgumentOutOfRangeException(nameof(SamplesPerSecond), SamplesPerSecond, "SamplesPerSecond must be from 1 to 48000.");
    }

    /// <summary>Bytes of the wire, whole samples, as signed 16 bits.</summary>
    internal short[] ToPcm(ReadOnlySpan<byte> bytes)
    {
        var samples = new short[bytes.Length / BytesPerSample];
        for (var i = 0; i < samples.Length; i++)
        {
            var sample = bytes[(i * BytesPerSample)..];
            samples[i] = SampleFormat switch
            {
                RfbSampleFormat.Unsigned8 => (short)((sample[0] - 128) << 8),
                RfbSampleFormat.Signed8 => (short)((sbyte)sample[0] << 8),
                RfbSampleFormat.Unsigned16 => (short)(BinaryPrimitives.ReadUInt16LittleEndian(sample) - 32768),
                RfbSampleFormat.Signed16 => BinaryPrimitives.ReadInt16LittleEndian(sample),
                RfbSampleFormat.Unsigned32 => (short)((BinaryPrimitives.ReadUInt32LittleEndian(sample) >> 16) - 32768),
                _ => (short)(BinaryPrimitives.ReadInt32LittleEndian(sample) >> 16),
            };
        }
        return samples;
    }
}

/// <summary>A piece of sound: PCM of signed 16 bits, the channels of one moment side by side.</summary>
/// <param name="Samples">The samples.</param>
/// <param name="Channels">1 or 2.</param>
/// <param name="SamplesPerSecond">Samples a second and channel.</param>
/// <param name="Dropped">How many samples before these were lost because nobody took them in time.</param>
public sealed record RfbSound(ReadOnlyMemory<short> Samples, int Channels, int SamplesPerSecond, long Dropped);
