using System.Runtime.CompilerServices;
using LimiQuantix;
using LimiQuantix.Consoles;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Operations;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

/// <summary>
/// The main job in several processes: made in one, looked at, changed and deleted in the next ones. Prints what came of each step. Whatever it uses must work in
/// a host that is trimmed or compiled ahead of time.
/// </summary>
internal static class MainJob
{
    private const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGsN1oOiz4b3R0QYH1jC2aZmkYqjvk7jRQ2Hj3Ww0yPd nobody";

    public static async Task MakeAsync(ILimiQuantix limiquantix, string name, string location)
    {
        Console.WriteLine($"code {(RuntimeFeature.IsDynamicCodeSupported ? "compiled when it runs" : "compiled ahead of time")}");
        foreach (var refused in await limiquantix.Plugins.ListAsync(new PluginQuery { IsRefused = true })) Console.WriteLine($"refused {refused.Refusal!.Message} {refused.Refusal.Remedy}");
        await TryAddAsync(limiquantix, new InstanceSpec { Kind = "http", Name = "wrong", Settings = new Dictionary<string, string?> { ["Fodler"] = "/x", ["ConnectTimeout"] = "soon" } });
        await TryAddAsync(limiquantix, new InstanceSpec { Kind = "deep", Name = "deep", Settings = new Dictionary<string, string?> { ["Inner:Number"] = "3" } });
        await TryAddAsync(limiquantix, new InstanceSpec
        {
            Kind = "directory", Name = "second", Settings = new Dictionary<string, string?> { ["BaseFormat"] = "raw", ["WarnBelowPercentFree"] = "0", ["RefuseBelowPercentFree"] = "0" },
        });

        var image = await limiquantix.Images.EnsureAsync(location);
        Console.WriteLine($"image {image.Status.Phase} {image.Status.Format}");
        var creation = await limiquantix.Machines.CreateAsync(
            new MachineSpec
            {
                Name = name,
                Disks = [DiskSpec.FromImage(image.Id, 1L << 30), DiskSpec.Blank(64L << 20) with { Pool = "second" }],
                Memory = new MachineMemory { SizeBytes = 128L << 20 },
                Nics = [new NicSpec { Forwards = [new PortForward { GuestPort = 22 }] }],
                CloudInit = new CloudInitSpec
                {
                    Hostname = name,
                    SshKeys = [PublicKey],
                    UserData = "#cloud-config\nwrite_files:\n- {path: /etc/motd, content: \"made: \u4e16\u754c\"}\n",
                    NetworkConfig = "version: 2\nethernets: {all: {match: {name: \"e*\"}, dhcp4: true}}\n",
                },
            },
            new() { IdempotencyKey = name });
        await foreach (var progress in creation.WatchProgressAsync()) Console.WriteLine($"step {progress.Step}");
        var machine = await limiquantix.Machines.WaitAsync((await creation.CompletedAsync()).Id, Readiness.Running);
        Console.WriteLine($"made {machine.Id} {machine.Status.PowerState} {machine.Status.Accelerator}");
    }

    public static async Task LookAsync(ILimiQuantix limiquantix, string name)
    {
        // The guest's answers are JSON of an agent, its screen is a server of another protocol.
        var machine = await limiquantix.Machines.WaitAsync((await limiquantix.Machines.GetAsync(name)).Id, Readiness.Agent);
        Console.WriteLine($"agent {(await limiquantix.Guests.GetAgentAsync(machine.Id)).Version is { Length: > 0 }}");
        Console.WriteLine($"screen {(await limiquantix.Consoles.CaptureScreenshotAsync(machine.Id)).Width > 0}");
        Console.WriteLine($"checked {(await limiquantix.Doctor.CheckAsync()).Count > 0}");
    }

    public static async Task FinishAsync(ILimiQuantix limiquantix, string name)
    {
        var machine = await limiquantix.Machines.GetAsync(name);
        Console.WriteLine($"found {machine.Id} {machine.Status.PowerState} {machine.Spec.CloudInit!.Hostname} {machine.Status.Forwards.Count}");
        foreach (var instance in (await limiquantix.Instances.ListAsync()).OrderBy(instance => instance.Key.ToString(), StringComparer.Ordinal))
            Console.WriteLine($"instance {instance.Kind} {instance.Key.Name} {instance.Origin}");

        machine = await limiquantix.Machines.UpdateAsync(machine.Id, new MachineUpdate { Labels = new Dictionary<string, string?> { ["tier"] = "one" } });
        var plan = await limiquantix.Machines.PlanUpdateAsync(machine.Id, new MachineUpdate { Cpu = new MachineCpu { Count = 2 } });
        Console.WriteLine($"planned {plan.Changes.Single().Pointer} {plan.Changes.Single().Effect}");
        await (await limiquantix.Machines.StopAsync(machine.Id, new StopOptions { Mode = StopMode.Force })).CompletedAsync();
        machine = await limiquantix.Machines.UpdateAsync(machine.Id, new MachineUpdate { Cpu = new MachineCpu { Count = 2 } });
        var labelled = await limiquantix.Machines.ListAsync(new MachineQuery { Labels = new Dictionary<string, string> { ["tier"] = "one" } });
        Console.WriteLine($"updated {labelled.Items.Single().Spec.Cpu.Count} {machine.Status.PendingChanges.Count}");
        await limiquantix.Machines.UpdateAsync(
            machine.Id, new MachineUpdate { Disks = new Dictionary<string, DiskUpdate?> { [machine.Status.Disks[1].Name] = new() { SizeBytes = 128L << 20 } } });
        var blank = (await limiquantix.Volumes.ListAsync(new VolumeQuery { Pool = "second" })).Items.Single();
        Console.WriteLine($"grown {blank.Spec.SizeBytes}");

        await (await limiquantix.Machines.DeleteAsync(machine.Id)).CompletedAsync();
        await limiquantix.Images.DeleteAsync((await limiquantix.Images.ListAsync()).Items.Single().Id);
        // From page to page, by cursors of this process.
        List<string> kinds = [];
        OperationQuery query = new() { Limit = 2 };
        do
        {
            var page = await limiquantix.Operations.ListAsync(query);
            kinds.AddRange(page.Items.Select(operation => operation.Phase == OperationPhase.Succeeded ? operation.Kind : $"{operation.Kind}: {operation.Phase}"));
            query = query with { Cursor = page.Cursor };
        }
        while (query.Cursor is not null);
        Console.WriteLine($"operations {string.Join(", ", kinds.Distinct().Order(StringComparer.Ordinal))}");
        Console.WriteLine($"left {(await limiquantix.Machines.ListAsync()).Items.Count} {(await limiquantix.Volumes.ListAsync()).Items.Count} {(await limiquantix.Images.ListAsync()).Items.Count}");
    }

    private static async Task TryAddAsync(ILimiQuantix limiquantix, InstanceSpec spec)
    {
        try
        {
            Console.WriteLine($"added {(await limiquantix.Instances.AddAsync(spec)).Key.Name}");
        }
        catch (LimiQuantixException exception)
        {
            Console.WriteLine($"not added {exception.Code} {exception.Message.ReplaceLineEndings(" ")}");
        }
    }
}

/// <summary>A kind whose options hold an object of its own, and that has no binder.</summary>
internal sealed class DeepPlugin : IPlugin
{
    public void Register(IPluginRegistry registry) =>
        registry.Add<IStorageBackend, DeepOptions>("deep", (_, _, _) => throw new NotSupportedException("It is only ever configured."));
}

/// <summary>Options that settings reach by reflection alone.</summary>
internal sealed class DeepOptions
{
    public Inner Inner { get; } = new();
}

/// <summary>What they hold.</summary>
internal sealed class Inner
{
    public int Number { get; set; }
}
