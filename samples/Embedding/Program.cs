using LimiQuantix;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.AddLimiQuantix();
using var app = builder.Build();
return await app.RunAsync(async (limiquantix, stopping) =>
{
    var image = await limiquantix.Images.EnsureAsync("debian-13", cancellationToken: stopping);
    var vm = await limiquantix.Machines.EnsureAsync(new MachineSpec
    {
        Name = "web-1",
        Image = image.Id,
        CloudInit = new CloudInitSpec { SshKeys = [File.ReadAllText(args[0]).Trim()], Packages = ["qemu-guest-agent"] },
        Nics = [new NicSpec { Forwards = [new PortForward { GuestPort = 22 }] }],
    }, cancellationToken: stopping);
    vm = await limiquantix.Machines.WaitAsync(vm.Id, Readiness.Provisioned, cancellationToken: stopping);
    Console.WriteLine(vm.SshCommand);
});
