using System.Diagnostics;
using LimiQuantix.Images;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Plugins;

public sealed class HelloDiskTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Test]
    [Category("Integration")]
    public async Task Disk_of_the_sample_plugin_boots_and_greets_on_its_serial_port()
    {
        string qemu = Requires.Tool("qemu-system-x86_64");
        using PluginFolderFixture fixture = new();
        fixture.AddHello();
        LimiQuantixBuilder builder = new();
        builder.AddInstance("hello", "hello", new Dictionary<string, string?>());
        await using ProviderInstances instances = fixture.Open(builder);
        IImageSource source = await instances.GetAsync<IImageSource>("hello");
        string disk = Path.Combine(fixture.Plugins, ".disk.raw");
        string serial = Path.Combine(fixture.Plugins, ".serial.log");
        await using (FileStream file = File.Create(disk))
        await using (Stream bytes = await source.OpenAsync(new ImageRangeRequest { Location = "hello:///World" }))
            await bytes.CopyToAsync(file);

        using Process machine = Process.Start(qemu, ["-accel", "tcg", "-m", "16", "-nodefaults", "-display", "none",
            "-drive", $"file={disk},format=raw,if=ide", "-serial", $"file:{serial}"]);
        try
        {
            using CancellationTokenSource deadline = new(Deadline);
            string text = "";
            while (!text.Contains("Hello, World!\r\n", StringComparison.Ordinal) && !machine.HasExited)
            {
                await Task.Delay(100, deadline.Token);
                text = File.Exists(serial) ? await File.ReadAllTextAsync(serial, deadline.Token) : "";
            }

            Assert.That(text, Does.Contain("Hello, World!\r\n"));
        }
        finally
        {
            machine.Kill();
            await machine.WaitForExitAsync();
        }
    }
}
