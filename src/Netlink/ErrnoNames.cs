using System.Globalization;

namespace Netlink;

/// <summary>The names of Linux's error numbers that rtnetlink and the calls around it give: asm-generic/errno.h.</summary>
internal static class ErrnoNames
{
    private static readonly Dictionary<int, string> Names = new()
    {
        [1] = "EPERM", [2] = "ENOENT", [3] = "ESRCH", [4] = "EINTR", [5] = "EIO", [6] = "ENXIO", [7] = "E2BIG", [9] = "EBADF", [11] = "EAGAIN",
        [12] = "ENOMEM", [13] = "EACCES", [14] = "EFAULT", [16] = "EBUSY", [17] = "EEXIST", [18] = "EXDEV", [19] = "ENODEV", [20] = "ENOTDIR",
        [22] = "EINVAL", [23] = "ENFILE", [24] = "EMFILE", [25] = "ENOTTY", [27] = "EFBIG", [28] = "ENOSPC", [30] = "EROFS", [33] = "EDOM", [34] = "ERANGE",
        [36] = "ENAMETOOLONG", [38] = "ENOSYS", [40] = "ELOOP", [52] = "EBADE", [61] = "ENODATA", [67] = "ENOLINK", [71] = "EPROTO", [74] = "EBADMSG",
        [75] = "EOVERFLOW", [76] = "ENOTUNIQ", [77] = "EBADFD", [90] = "EMSGSIZE", [92] = "ENOPROTOOPT", [93] = "EPROTONOSUPPORT",
        [95] = "EOPNOTSUPP", [97] = "EAFNOSUPPORT", [98] = "EADDRINUSE", [99] = "EADDRNOTAVAIL", [100] = "ENETDOWN", [101] = "ENETUNREACH",
        [105] = "ENOBUFS", [107] = "ENOTCONN", [110] = "ETIMEDOUT", [111] = "ECONNREFUSED", [112] = "EHOSTDOWN", [113] = "EHOSTUNREACH",
        [114] = "EALREADY", [122] = "EDQUOT", [125] = "ECANCELED", [524] = "ENOTSUPP",
    };

    public static string Of(int errno) => Names.GetValueOrDefault(errno) ?? string.Create(CultureInfo.InvariantCulture, $"errno {errno}");
}
