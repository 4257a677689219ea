using LimiQuantix;
using LimiQuantix.Core;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A host application that integration tests start, kill and start again. It prints a line for everything that a test waits for.
//   create NAME IMAGE-PATH    creates a machine with the name as its idempotency key, then says how it ended
//   import URL                imports an image, then says how it ended
//   make NAME LOCATION        the main job's first third: an image, a machine with a seed
//   look NAME                 the second: its agent, its screen, the doctor
//   finish NAME               the last: what is there is found, changed and deleted
//   settle                    waits until no operation is open, then lists the machines
//   serve                     runs the engine until its standard input ends
var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Logging.AddSimpleConsole(options => options.SingleLine = true);
builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
builder.AddLimiQuantix(options =>
{
    options.LeaseDuration = TimeSpan.FromSeconds(4);
    if (Environment.GetEnvironmentVariable("LIMIQUANTIX_TEST_PLUGINS") is { } folder) options.PluginDirectories.Add(folder);
}).AddPlugin(new DeepPlugin());
using var host = builder.Build();
await host.StartAsync();
var limiquantix = host.Services.GetRequiredService<ILimiQuantix>();
try
{
    switch (args)
    {
        case ["create", var name, var path]:
            var image = await limiquantix.Images.EnsureAsync(path);
            Console.WriteLine("image");
            var creation = await limiquantix.Machines.CreateAsync(
                new MachineSpec { Name = name, Disks = [DiskSpec.FromImage(image.Id, 1L << 30)], Memory = new MachineMemory { SizeBytes = 128L << 20 }, AllowNoLogin = true },
                new() { IdempotencyKey = name });
            Console.WriteLine($"submitted {creation.Id}");
            await foreach (var progress in creation.WatchProgressAsync()) Console.WriteLine($"step {progress.Step}");
            Console.WriteLine($"created {(await creation.CompletedAsync()).Id}");
            break;
        case ["import", var location]:
            var import = await limiquantix.Images.ImportAsync(new ImageImport { Location = location }, new() { IdempotencyKey = location });
            Console.WriteLine($"submitted {import.Id}");
            await foreach (var progress in import.WatchProgressAsync()) Console.WriteLine($"progress {progress.Step} {progress.Completed}");
            Console.WriteLine($"imported {(await import.CompletedAsync()).Status.Digest}");
            break;
        case ["make", var name, var location]:
            await MainJob.MakeAsync(limiquantix, name, location);
            break;
        case ["look", var name]:
            await MainJob.LookAsync(limiquantix, name);
            break;
        case ["finish", var name]:
            await MainJob.FinishAsync(limiquantix, name);
            break;
        case ["settle"]:
            using (var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(10)))
            {
                while ((await limiquantix.Operations.ListAsync(new OperationQuery { HasEnded = false, Limit = 1 }, deadline.Token)).Items.Count > 0)
                    await Task.Delay(100, deadline.Token);
            }

            foreach (var stored in (await limiquantix.Machines.ListAsync()).Items)
            {
                var machine = await limiquantix.Machines.GetAsync(stored.Id);
                Console.WriteLine($"machine {machine.Id} {machine.Status.Phase} {machine.Status.PowerState}");
            }

            break;
        case ["serve"]:
            Console.WriteLine("serving");
            await Console.In.ReadToEndAsync();
            break;
        default:
            Console.WriteLine("usage: create NAME IMAGE-PATH | import URL | make NAME LOCATION | look NAME | finish NAME | settle | serve");
            return 2;
    }
}
catch (LimiQuantixException exception)
{
    Console.WriteLine($"error {exception.Code} {exception.Message}");
    return 1;
}
finally
{
    await host.StopAsync();
}

return 0;
