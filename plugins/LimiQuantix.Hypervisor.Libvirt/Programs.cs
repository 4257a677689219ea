namespace LimiQuantix.Hypervisor.Libvirt;

/// <summary>Finds programs as a shell would, and where a service's path does not look.</summary>
internal static class Programs
{
    private static readonly string[] More = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];

    /// <summary>The full path of a program, or <see langword="null"/> when it is not installed.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(More)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
