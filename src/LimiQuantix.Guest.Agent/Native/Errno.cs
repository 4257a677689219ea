using System.Runtime.InteropServices;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.Native;

/// <summary>The kernel's error numbers that matter here, and what they mean to a caller.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int Io = 5;
    public const int NoExec = 8;
    public const int Again = 11;
    public const int Access = 13;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int NotFolder = 20;
    public const int IsFolder = 21;
    public const int Invalid = 22;
    public const int TextBusy = 26;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;
    public const int BrokenPipe = 32;
    public const int NameTooLong = 36;
    public const int NotEmpty = 39;
    public const int Loop = 40;
    public const int NotSupported = 95;
    public const int Quota = 122;

    private static readonly Dictionary<int, string> Names = new()
    {
        [1] = "EPERM", [2] = "ENOENT", [3] = "ESRCH", [4] = "EINTR", [5] = "EIO", [6] = "ENXIO", [7] = "E2BIG", [8] = "ENOEXEC", [9] = "EBADF", [10] = "ECHILD",
        [11] = "EAGAIN", [12] = "ENOMEM", [13] = "EACCES", [16] = "EBUSY", [17] = "EEXIST", [18] = "EXDEV", [19] = "ENODEV", [20] = "ENOTDIR", [21] = "EISDIR",
        [22] = "EINVAL", [24] = "EMFILE", [25] = "ENOTTY", [26] = "ETXTBSY", [27] = "EFBIG", [28] = "ENOSPC", [29] = "ESPIPE", [30] = "EROFS", [32] = "EPIPE",
        [36] = "ENAMETOOLONG", [39] = "ENOTEMPTY", [40] = "ELOOP", [95] = "EOPNOTSUPP", [111] = "ECONNREFUSED", [122] = "EDQUOT",
    };

    /// <summary>The number of the call that just failed.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    public static string NameOf(int number) => Names.GetValueOrDefault(number) ?? $"errno {number}";

    public static Code CodeOf(int number) => number switch
    {
        NoEntry or NotFolder or 3 => Code.NotFound,
        NotPermitted or Access or ReadOnlyFileSystem => Code.PermissionDenied,
        Exists or NotEmpty => Code.Exists,
        NoSpace or Quota => Code.NoSpace,
        Invalid or NameTooLong or Loop or IsFolder or 7 => Code.Invalid,
        NoExec => Code.NotExecutable,
        Busy or TextBusy or Again => Code.Busy,
        NotSupported or 25 => Code.Unimplemented,
        _ => Code.Failed,
    };
}
