using System.Buffers;
using LimiQuantix.Consoles;
using LimiQuantix.Rfb;

namespace LimiQuantix.Console.Vnc;

/// <summary>
/// Judges what a viewer sends, message by message, without holding more than a message's header. It takes the viewer's part of the
/// handshake out, since the machine's server has had its own.
/// </summary>
internal sealed class VncInputFilter(ConsoleAccess access) : IConsoleInputFilter
{
    // QEMU's own limit for a clipboard; it hangs up on whoever sends more.
    private const long MaxMessageLength = 8 + (1 << 20);
    private const byte Shared = 1;

    private readonly byte[] _header = new byte[RfbClientMessage.MaxHeaderLength];
    private int _headerLength;
    private int _greeted;
    private bool _initialised;
    private long _rest;
    private bool _passing;

    public void Process(ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (var segment in input)
            Process(segment.Span, output);
    }

    private void Process(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        while (!input.IsEmpty)
        {
            if (_rest > 0)
            {
                var count = (int)Math.Min(_rest, input.Length);
                if (_passing) output.Write(input[..count]);
                input = input[count..];
                _rest -= count;
                continue;
            }

            if (_greeted < VncGreeting.FromViewer.Length) Greet(input[0]);
            else if (!_initialised) Initialise(output);
            else AddToHeader(input[0], output);
            input = input[1..];
        }
    }

    private void Greet(byte value)
    {
        if (value != VncGreeting.FromViewer[_greeted++])
            throw Invalid("The viewer does not speak RFB 3.8 without authentication.", "Use a viewer of RFB 3.8, such as noVNC; give it no password.");
    }

    /// <summary>ClientInit. Whatever the viewer wishes, the session is shared: one viewer must not end another's by a flag.</summary>
    private void Initialise(IBufferWriter<byte> output)
    {
        output.Write([Shared]);
        _initialised = true;
    }

    private void AddToHeader(byte value, IBufferWriter<byte> output)
    {
        _header[_headerLength++] = value;
        var header = _header.AsSpan(0, _headerLength);
        long length;
        try
        {
            if (!RfbClientMessage.TryGetLength(header, out length)) return;
        }
        catch (RfbException e)
        {
            throw Invalid(e.Message, "Use a viewer that sends only messages the server offered.", e);
        }

        // A text that is too long is left out, as it comes: the session is worth more than a clipboard.
        _passing = length <= MaxMessageLength && Passes(header);
        if (_passing) output.Write(header);
        _rest = length - _headerLength;
        _headerLength = 0;
    }

    private bool Passes(ReadOnlySpan<byte> header) => (RfbClientMessageType)header[0] switch
    {
        RfbClientMessageType.SetPixelFormat or RfbClientMessageType.SetEncodings or RfbClientMessageType.FramebufferUpdateRequest
            or RfbClientMessageType.EnableContinuousUpdates or RfbClientMessageType.ClientFence => true,
        RfbClientMessageType.Qemu when header[1] == RfbClientMessage.QemuAudio => true,
        // Power is the machine's own actions, with their own permission.
        RfbClientMessageType.Xvp => false,
        _ => access == ConsoleAccess.Full,
    };

    private static LimiQuantixException Invalid(string message, string remedy, Exception? inner = null) =>
        new(ErrorCodes.InvalidArgument, message, remedy, target: "vnc", innerException: inner);
}
