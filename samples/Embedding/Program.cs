using LimiQuantix;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.AddLimiQuantix();
using var app = builder.Build();
await app.StartAsync();
var limiquantix = app.Services.GetRequiredService<ILimiQuantix>();
var image = await limiquantix.Images.EnsureAsync("debian-13");
var vm = await limiquantix.Machines.EnsureAsync(new MachineSpec
{
    Name = "web-1",
    Image = image.Id,
    CloudInit = new CloudInitSpec { SshKeys = [File.ReadAllText(args[0]).Trim()], Packages = ["qemu-guest-agent"] },
    Nics = [new NicSpec { Forwards = [new PortForward { GuestPort = 22 }] }],
});
vm = await limiquantix.Machines.WaitAsync(vm.Id, Readiness.Provisioned);
Console.WriteLine(vm.SshCommand);
await app.StopAsync();
