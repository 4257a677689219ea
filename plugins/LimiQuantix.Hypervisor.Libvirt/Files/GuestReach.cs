namespace LimiQuantix.Hypervisor.Libvirt.Files;

/// <summary>Whether QEMU can reach a file: every folder above it must let its user through.</summary>
internal static class GuestReach
{
    /// <summary>Explains what stands in the way, or <see langword="null"/>.</summary>
    public static LimiQuantixError? Problem(string path, GuestUser user)
    {
        var above = new Stack<string>();
        for (string? folder = Path.GetDirectoryName(path); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
            above.Push(folder);
        foreach (string folder in above)
        {
            // What an access list allows is the kernel's to say, not ours to guess.
            if (Posix.OwnerOf(folder) is { HasAccessList: false } owner && !user.MayEnter(owner))
            {
                return new LimiQuantixError
                {
                    Code = ErrorCodes.PermissionDenied,
                    Message = $"QEMU runs as the user '{user.Name}', which may not enter the folder '{folder}' (mode {Convert.ToString((int)owner.Mode, 8)}) "
                        + $"on the way to '{path}'.",
                    Remedy = $"Let it pass: sudo setfacl -m u:{user.Name}:x '{folder}' (or: chmod o+x '{folder}'); "
                        + "or keep the data elsewhere, such as under /var/lib, or use qemu:///session.",
                    Target = folder,
                };
            }
        }

        return null;
    }

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.PermissionDenied"/>, which names the folder that blocks.</exception>
    public static void Require(IEnumerable<string> paths, GuestUser user)
    {
        foreach (string path in paths)
        {
            if (Problem(path, user) is { } problem)
                throw new LimiQuantixException(problem);
        }
    }
}
