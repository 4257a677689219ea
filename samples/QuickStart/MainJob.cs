using System.Text;
using LimiQuantix;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace QuickStart;

/// <summary>The main job: an image, a machine, its console, and nothing left behind.</summary>
internal sealed class MainJob(QuickStartOptions options)
{
    private readonly Report _report = new(options);
    private readonly IAnsiConsole _console = Terminal.Create(options.Json);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            Token.Check(options.Token);
            var builder = Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            builder.AddLimiQuantix();
            using var host = builder.Build();
            await host.StartAsync(cancellationToken);
            await RunAsync(host.Services.GetRequiredService<ILimiQuantix>(), cancellationToken);
            await host.StopAsync(cancellationToken);
            _report.Succeed();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _report.Fail(exception);
            _console.MarkupLineInterpolated($"[red]{exception.Message}[/]");
        }

        _report.WriteTo(_console);
        return _report.IsOk ? 0 : 1;
    }

    private async Task RunAsync(ILimiQuantix limiquantix, CancellationToken cancellationToken)
    {
        var image = await ObtainImageAsync(limiquantix.Images, cancellationToken);
        _report.Sha256 = image.Status.Digest?.Hex;

        var spec = new MachineSpec
        {
            Name = "quickstart-" + Guid.NewGuid().ToString("N")[..8],
            Disks = [DiskSpec.FromImage(image.Id, Math.Max(2L << 30, image.Status.VirtualSizeBytes))],
            Memory = new MachineMemory { SizeBytes = 512L << 20 },
            CloudInit = new CloudInitSpec { RunCommands = [Token.CommandThatPrints(options.Token)] },
            AllowNoLogin = true,
        };
        var machine = await _report.TimeAsync("create and start", async () =>
        {
            var creation = await limiquantix.Machines.CreateAsync(spec, cancellationToken: cancellationToken);
            await foreach (var progress in creation.WatchProgressAsync(cancellationToken))
                _console.MarkupLineInterpolated($"[grey]  {progress.Step}[/]");
            return await creation.CompletedAsync(cancellationToken);
        });
        _console.MarkupLineInterpolated($"Machine [bold]{machine.Name}[/] runs on {machine.Status.Node} under {machine.Status.Accelerator}");

        await _report.TimeAsync("boot until the token", () => WaitForTokenAsync(limiquantix, machine, cancellationToken));
        _report.TokenSeen = true;

        await _report.TimeAsync("screenshot", async () =>
        {
            var picture = await limiquantix.Consoles.CaptureScreenshotAsync(machine.Id, cancellationToken: cancellationToken);
            await File.WriteAllBytesAsync(options.Screenshot, picture.Png, cancellationToken);
            _report.Screenshot = Path.GetFullPath(options.Screenshot);
            _console.MarkupLineInterpolated($"Screenshot of {picture.Width}x{picture.Height} in {_report.Screenshot}");
        });

        if (options.Keep)
            _console.MarkupLineInterpolated($"The machine [bold]{machine.Id}[/] is kept.");
        else
            await CleanUpAsync(limiquantix, machine, cancellationToken);
    }

    private async Task<Image> ObtainImageAsync(IImages images, CancellationToken cancellationToken)
    {
        await using var origin = await ImageOrigin.ChooseAsync(options.Image, images, cancellationToken);
        _console.MarkupLineInterpolated($"Image: {origin.Description}");
        _report.ImageSource = origin.Description;
        return await _report.TimeAsync("image", () => Terminal.WithProgressAsync(
            _console, progress => images.EnsureAsync(origin.Import, new() { Progress = progress }, cancellationToken)));
    }

    private async Task WaitForTokenAsync(ILimiQuantix limiquantix, VirtualMachine machine, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(machine.Status.Accelerator == "kvm" ? TimeSpan.FromMinutes(3) : TimeSpan.FromMinutes(10));
        var line = new StringBuilder();
        var expected = Token.LineThatTheGuestPrints(options.Token, machine.Name);
        await foreach (var piece in limiquantix.Consoles.ReadSerialLogAsync(machine.Id, cancellationToken: deadline.Token))
        {
            foreach (var character in Encoding.UTF8.GetString(piece.Span))
            {
                if (character != '\n')
                {
                    if (!char.IsControl(character) && line.Length < 1000) line.Append(character);
                    continue;
                }

                _console.MarkupLineInterpolated($"[grey]  | {line}[/]");
                if (line.ToString().Contains(expected, StringComparison.Ordinal)) return;
                line.Clear();
            }
        }

        throw new IOException("The serial log ended before the guest printed the token.");
    }

    private async Task CleanUpAsync(ILimiQuantix limiquantix, VirtualMachine machine, CancellationToken cancellationToken)
    {
        await _report.TimeAsync("stop", async () =>
        {
            var stop = await limiquantix.Machines.StopAsync(machine.Id, cancellationToken: cancellationToken);
            await stop.CompletedAsync(cancellationToken);
        });
        await _report.TimeAsync("delete", async () =>
        {
            var deletion = await limiquantix.Machines.DeleteAsync(machine.Id, cancellationToken: cancellationToken);
            await deletion.CompletedAsync(cancellationToken);
        });
        var machines = (await limiquantix.Machines.ListAsync(cancellationToken: cancellationToken)).Items;
        var volumes = (await limiquantix.Volumes.ListAsync(cancellationToken: cancellationToken)).Items;
        if (machines.Any(m => m.Id == machine.Id) || volumes.Any(v => v.Status.MachineId == machine.Id))
            throw new IOException($"Something of the machine is left: {machines.Count} machines, {volumes.Count} volumes.");
        _console.MarkupLine("Nothing is left of the machine: no record, no volume.");
    }
}
