using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using LimiQuantix.Guest.Protos;
using LimiQuantix.Guest.Wire;

namespace LimiQuantix.Guest.Client;

/// <summary>The beginning of a session: Hello, again each second, until a Welcome carries its nonce.</summary>
internal static class Handshake
{
    /// <summary>The protocol's versions that this side speaks.</summary>
    public const uint Version = 1;

    private const int MaxCapabilities = 256;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    public static async Task<GuestSession> RunAsync(Stream transport, GuestSessionOptions options, CancellationToken cancellationToken)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(16);
        uint tag = BinaryPrimitives.ReadUInt32LittleEndian(nonce);
        var hello = new Hello { Nonce = ByteString.CopyFrom(nonce), MinVersion = Version, MaxVersion = Version, MaxPayload = FrameHeader.MaxPayload, Client = options.ClientName };
        byte[] frame = FrameHeader.Frame(FrameType.Hello, 0, tag, 0, hello.ToByteArray());
        Welcome? welcome = null;
        var reader = new FrameReader(FrameType.Welcome, (header, payload) => header.Session == tag && IsOurs(payload, nonce, out welcome));

        using var deadline = new CancellationTokenSource(options.HandshakeTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        Task hellos = RepeatAsync(transport, frame, options.TimeProvider, either.Token);
        try
        {
            while (!reader.TryRead(out _, out _))
            {
                int read = await transport.ReadAsync(reader.Free(), either.Token).ConfigureAwait(false);
                if (read == 0)
                    throw new GuestException(GuestErrorCode.NoAgent, "The channel was closed before an agent answered: another client may hold it, or the machine ends.");
                reader.Advance(read);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GuestException(GuestErrorCode.NoAgent,
                $"No agent answered within {options.HandshakeTimeout.TotalSeconds:0.#} s ({reader.Skipped} bytes were no answer). "
                + "Either none runs in the guest, or another client holds the channel.");
        }
        catch (IOException e)
        {
            throw new GuestException(GuestErrorCode.NoAgent, $"The channel failed before an agent answered: {e.Message}", e);
        }
        finally
        {
            // The write under way is not cut: it is waited for, or the transport goes with it.
            await either.CancelAsync().ConfigureAwait(false);
            await hellos.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (welcome!.Version != Version)
            throw new GuestException(GuestErrorCode.Unimplemented, $"The guest's agent speaks none of the protocol's versions that this side does ({Version}).");
        return GuestSession.Create(transport, options, reader, tag, Describe(welcome));
    }

    private static async Task RepeatAsync(Stream transport, byte[] hello, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Not cut by the answer's arrival: half a Hello would spoil the session it began.
            await transport.WriteAsync(hello, CancellationToken.None).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(Again, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsOurs(ReadOnlyMemory<byte> payload, byte[] nonce, out Welcome? welcome)
    {
        welcome = null;
        try
        {
            welcome = Welcome.Parser.ParseFrom(payload.Span);
            return welcome.Nonce.Span.SequenceEqual(nonce);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static GuestAgentDescription Describe(Welcome welcome) => new()
    {
        Version = GuestText.Clean(welcome.AgentVersion, 64),
        BootId = GuestText.Clean(welcome.BootId, 64),
        StartId = GuestText.Clean(welcome.StartId, 64),
        Capabilities = welcome.Capabilities.Take(MaxCapabilities).Select(c => GuestText.Clean(c, 64)).ToHashSet(StringComparer.Ordinal),
        Refused = welcome.Refused.Take(MaxCapabilities).Select(c => GuestText.Clean(c, 64)).ToHashSet(StringComparer.Ordinal),
    };
}
