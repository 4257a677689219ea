using System.Net.Sockets;

namespace LibvirtSharp.Ssh.Agent;

/// <summary>
/// The user's ssh-agent (draft-ietf-sshm-ssh-agent), which signs with keys that it gives to nobody. Every request has a connection of
/// its own, so that nothing stays open.
/// </summary>
/// <param name="path">Its socket or pipe.</param>
/// <param name="signing">How long a signature may take. Default a minute: it may want somebody's yes, or a touch of a key.</param>
/// <param name="listing">How long its list of keys may take. Default five seconds.</param>
internal sealed class SshAgent(string path, TimeSpan? signing = null, TimeSpan? listing = null)
{
    /// <summary>No host lets a client try as many.</summary>
    public const int MaxKeys = 64;

    /// <summary>What OpenSSH's own agent gives at the most.</summary>
    internal const int MaxAnswer = 256 * 1024;

    private const byte Refused = 5;
    private const byte RequestIdentities = 11;
    private const byte IdentitiesAnswer = 12;
    private const byte SignRequest = 13;
    private const byte SignResponse = 14;

    /// <summary>The public keys of the types that it can sign for here with, in its order.</summary>
    /// <exception cref="LibvirtException">It is not there, or not as an agent is.</exception>
    public Task<List<byte[]>> KeysAsync(CancellationToken cancellationToken) =>
        Task.Run(() => Ask([RequestIdentities], Keys, listing ?? TimeSpan.FromSeconds(5), cancellationToken), cancellationToken);

    /// <returns>The signature with its type before it; null when the agent does not want to.</returns>
    /// <exception cref="LibvirtException">It is not there any more, or not as an agent is.</exception>
    public byte[]? Sign(byte[] key, byte[] data, uint flags, CancellationToken cancellationToken) =>
        Ask(
            [SignRequest, .. SshWire.String(key), .. SshWire.String(data), .. SshWire.Number(flags)],
            Signature,
            signing ?? TimeSpan.FromMinutes(1),
            cancellationToken);

    private static List<byte[]> Keys(ReadOnlySpan<byte> answer)
    {
        ReadOnlySpan<byte> rest = Body(answer, IdentitiesAnswer);
        uint count = SshWire.TakeNumber(ref rest);
        var keys = new List<byte[]>();
        for (uint taken = 0; taken < count && keys.Count < MaxKeys; taken++)
        {
            byte[] key = SshWire.TakeString(ref rest).ToArray();
            SshWire.TakeString(ref rest); // the comment
            if (AgentSignature.Algorithms(key).Length > 0)
                keys.Add(key);
        }
        return keys;
    }

    private static byte[]? Signature(ReadOnlySpan<byte> answer)
    {
        if (answer[0] == Refused)
            return null;
        ReadOnlySpan<byte> rest = Body(answer, SignResponse);
        return SshWire.TakeString(ref rest).ToArray();
    }

    private static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> answer, byte type) =>
        answer[0] == type ? answer[1..] : throw new InvalidDataException($"it is of type {answer[0]} and not {type}");

    /// <remarks>Blocks, within its time: SSH.NET wants a signature at once, from within a method that is not asynchronous.</remarks>
    private T Ask<T>(byte[] request, Func<ReadOnlySpan<byte>, T> read, TimeSpan time, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(time);
        try
        {
            using Stream stream = AgentAddress.Open(path, time);
            // A read that blocks ends when what it reads is closed.
            using CancellationTokenRegistration closing = deadline.Token.Register(stream.Dispose);
            return read(Answer(stream, SshWire.String(request)));
        }
        catch (Exception error) when (deadline.IsCancellationRequested && error is SocketException or IOException or TimeoutException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Failure($"did not answer within {time.TotalSeconds:0.###} s.", error);
        }
        catch (InvalidDataException error)
        {
            throw Failure($"gave an answer that is none: {error.Message}.", error);
        }
        catch (Exception error) when (error is SocketException or IOException or TimeoutException or ArgumentException or UnauthorizedAccessException)
        {
            throw Failure($"cannot be asked: {error.Message}", error);
        }
    }

    private static byte[] Answer(Stream stream, byte[] request)
    {
        stream.Write(request);
        byte[] header = new byte[sizeof(uint)];
        stream.ReadExactly(header);
        byte[] answer = new byte[Length(header)];
        stream.ReadExactly(answer);
        return answer;
    }

    private static uint Length(ReadOnlySpan<byte> header)
    {
        uint length = SshWire.TakeNumber(ref header);
        return length is > 0 and <= MaxAnswer ? length : throw new InvalidDataException($"it has {length} bytes");
    }

    private LibvirtException Failure(string what, Exception error) =>
        new(LibvirtErrorCode.AuthUnavailable, LibvirtErrorDomain.Rpc, $"The SSH agent at {path} {what}", error);
}
