using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests.Support;

/// <summary>The folders of one installation on a test's libvirtd, and programs started on them.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Installation(PrivateLibvirtd? libvirtd, string? uri = null)
    {
        Libvirtd = libvirtd;
        // QEMU may run as another user and walks through here.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_001_001);
        Variables = new Dictionary<string, string>
        {
            ["LIMIQUANTIX_DATA"] = _folder.Combine("data"),
            ["LIMIQUANTIX_RUNTIME"] = _folder.Combine("run"),
            ["LIMIQUANTIX_LIBVIRT_URI"] = uri ?? libvirtd!.Uri,
        };
    }

    public PrivateLibvirtd? Libvirtd { get; }

    public Dictionary<string, string> Variables { get; }

    public string Data => Variables["LIMIQUANTIX_DATA"];

    public string Folder => _folder.Path;

    public static async Task<Installation> OnSharedLibvirtdAsync() => new(await SharedLibvirtd.GetAsync());

    public RunningProgram Start(string program, params string[] arguments) => new(Programs.PathOf(program), arguments, Variables);

    /// <summary>The files of machines: disks, seeds, logs, sockets. Empty when nothing is left.</summary>
    public IReadOnlyList<string> MachineFiles() => Directory.Exists(Data)
        ? [.. Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/library/", StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith("state.db", StringComparison.Ordinal))
            .Where(path => Guid.TryParse(Path.GetFileName(path).Split('.')[0].Replace("lqx-", "", StringComparison.Ordinal), out _)
                || Path.GetFileName(path).StartsWith("base-", StringComparison.Ordinal))]
        : [];

    public async ValueTask DisposeAsync() => await _folder.DisposeAsync();
}
