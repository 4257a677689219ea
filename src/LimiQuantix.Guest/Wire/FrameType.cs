namespace LimiQuantix.Guest.Wire;

/// <summary>What a frame is; docs/guest-protocol.md has the table. Numbers are never used again for something else.</summary>
internal enum FrameType : byte
{
    /// <summary>Host: begins a session. Control.</summary>
    Hello = 1,

    /// <summary>Agent: the answer to a Hello. Control.</summary>
    Welcome = 2,

    /// <summary>Either: eight bytes that come back in a Pong. Control.</summary>
    Ping = 3,

    /// <summary>Either: the answer to a Ping. Control.</summary>
    Pong = 4,

    /// <summary>Either: the other side may send so many more bytes on the stream. Control.</summary>
    Credit = 5,

    /// <summary>Host: opens a stream with a Request. Control.</summary>
    Open = 6,

    /// <summary>Host: a Notice for an open stream; acted on at once. Control.</summary>
    Notice = 7,

    /// <summary>Agent: a Message, in order with the stream's data and against its credit.</summary>
    Message = 8,

    /// <summary>Either: bytes of a channel of the stream, against its credit.</summary>
    Data = 9,

    /// <summary>Either: a channel's last byte was sent.</summary>
    End = 10,

    /// <summary>Agent: the stream is over; a Close. After everything else of the stream.</summary>
    Close = 11,

    /// <summary>Either: the session is over; nothing of this side follows. Control.</summary>
    Goodbye = 12,
}
