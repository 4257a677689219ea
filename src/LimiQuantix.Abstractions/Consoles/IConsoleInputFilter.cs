using System.Buffers;

namespace LimiQuantix.Consoles;

/// <summary>Judges what a person sends to a machine's console. Stateful: one per session, fed in order.</summary>
public interface IConsoleInputFilter
{
    /// <summary>Takes a piece of input and writes what may pass.</summary>
    /// <param name="input">What the person sent, in any pieces.</param>
    /// <param name="output">Takes what may pass.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: not the protocol; the session ends.</exception>
    void Process(ReadOnlySequence<byte> input, IBufferWriter<byte> output);
}
