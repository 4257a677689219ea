using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent;

/// <summary>A verb that failed, as it is told to the host.</summary>
internal sealed class AgentException : Exception
{
    public AgentException(Code code, string message)
        : base(message) => Code = code;

    public AgentException(int errno, string what)
        : base($"{what}: {Native.Errno.NameOf(errno)}")
    {
        Code = Native.Errno.CodeOf(errno);
        Errno = Native.Errno.NameOf(errno);
    }

    public Code Code { get; }

    public string Errno { get; } = "";

    /// <summary>The failure of the system call that was just made.</summary>
    public static AgentException Last(string what) => new(Native.Errno.Last, what);

    public Status ToStatus() => new() { Code = Code, Message = Message.Length <= 2048 ? Message : Message[..2048], Errno = Errno };
}
