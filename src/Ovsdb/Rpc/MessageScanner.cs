using System.Buffers;

namespace Ovsdb.Rpc;

/// <summary>
/// Finds where a message ends. JSON-RPC over a stream has no frames: messages are JSON objects one after the other (RFC 7047 section 4). Each
/// byte is looked at once, however the stream cuts them.
/// </summary>
internal struct MessageScanner
{
    private const int MaxDepth = 128;

    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);

    private int _depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>Goes on with these bytes.</summary>
    /// <returns>How many of them belong to the message that they end; -1 when they do not end it.</returns>
    /// <exception cref="OvsdbException">What begins here is no JSON object, or is nested too deeply.</exception>
    public int Scan(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length)
        {
            if (_escaped)
            {
                _escaped = false;
                at++;
            }
            else if (_inString)
            {
                int found = bytes[at..].IndexOfAny((byte)'"', (byte)'\\');
                if (found < 0)
                    return -1;
                at += found;
                _escaped = bytes[at] == '\\';
                _inString = _escaped;
                at++;
            }
            else if (_depth == 0)
            {
                byte first = bytes[at++];
                if (first == '{')
                    _depth = 1;
                else if (first is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
                    throw OvsdbException.Protocol($"The server sent something that is no OVSDB: the byte {first} where a message begins.");
            }
            else
            {
                int found = bytes[at..].IndexOfAny(Structure);
                if (found < 0)
                    return -1;
                at += found;
                byte mark = bytes[at++];
                if (mark == '"')
                    _inString = true;
                else if (mark is (byte)'{' or (byte)'[')
                    _depth++;
                else
                    _depth--;
                if (_depth == 0)
                    return at;
                if (_depth > MaxDepth)
                    throw OvsdbException.Protocol($"The server sent a message that is nested more than {MaxDepth} deep.");
            }
        }

        return -1;
    }
}
