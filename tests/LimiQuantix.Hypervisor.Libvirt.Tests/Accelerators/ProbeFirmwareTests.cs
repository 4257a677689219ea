using LimiQuantix.Hypervisor.Libvirt.Accelerators;
using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Accelerators;

[TestFixture]
public sealed class ProbeFirmwareTests
{
    [Test, Category("Integration")]
    public async Task Firmware_is_what_its_source_assembles_to()
    {
        await using var folder = new TemporaryFolder();
        string source = RepositoryRoot.Combine("plugins/LimiQuantix.Hypervisor.Libvirt/Accelerators/probe.S");
        await Command.OutputAsync(Requires.Tool("as"), ["--64", source, "-o", folder.Combine("o")]);
        await Command.OutputAsync(Requires.Tool("ld"), ["-Ttext", "0xffc00", "--oformat", "binary", folder.Combine("o"), "-o", folder.Combine("bin")]);
        byte[] program = await File.ReadAllBytesAsync(folder.Combine("bin"));
        Assert.That(ProbeFirmware.Create()[^ProbeFirmware.ProgramBytes..], Is.EqualTo(program));
    }

    [Test, Category("Integration")]
    public async Task Firmware_comes_to_its_end_under_emulation()
    {
        await using var folder = new TemporaryFolder();
        string firmware = await folder.WriteAsync("fw", ProbeFirmware.Create());
        ProcessOutput output = await Command.RunAsync(
            Requires.Tool("qemu-system-x86_64"),
            ["-nodefaults", "-display", "none", "-machine", "q35", "-accel", "tcg", "-m", "16", "-bios", firmware, "-device", "isa-debug-exit,iobase=0xf4,iosize=1"],
            TimeSpan.FromMinutes(2));
        Assert.That(output.ExitCode, Is.EqualTo(ProbeFirmware.ExitCode), output.StandardError);
    }
}
