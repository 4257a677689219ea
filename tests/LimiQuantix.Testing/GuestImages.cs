namespace LimiQuantix.Testing;

/// <summary>
/// The guest images built by <c>eng/images/</c> from Debian packages. They are built once and cached; the scripts hold a file lock,
/// so test programs that run at the same time build an image once.
/// </summary>
public static class GuestImages
{
    private static readonly TimeSpan BuildTimeout = TimeSpan.FromMinutes(20);
    private static readonly Lazy<Task<string>> Tiny = new(() => BuildAsync("tiny"));
    private static readonly Lazy<Task<string>> Debian = new(() => BuildAsync("debian"));

    /// <summary>The path of the tiny image (qcow2): Debian's cloud kernel, busybox and qemu-guest-agent; up in seconds.</summary>
    public static Task<string> TinyAsync()
    {
        foreach (string tool in (string[])["qemu-img", "mcopy", "syslinux", "cpio"])
            Requires.Tool(tool);
        return Tiny.Value;
    }

    /// <summary>The path of the Debian image (qcow2): systemd, cloud-init, qemu-guest-agent and openssh. About a minute to build.</summary>
    public static Task<string> DebianAsync()
    {
        Requires.Root();
        foreach (string tool in (string[])["qemu-img", "mmdebstrap"])
            Requires.Tool(tool);
        return Debian.Value;
    }

    private static async Task<string> BuildAsync(string name)
    {
        string output = await Command.OutputAsync(RepositoryRoot.Combine($"eng/images/{name}.sh"), [], BuildTimeout);
        return output.Split('\n')[^1];
    }
}
