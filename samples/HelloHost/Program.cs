using LimiQuantix;
using Microsoft.Extensions.Hosting;

// Settings and plugins lie beside the program, wherever it is started from. It knows nothing of any plugin.
var settings = new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory };
var builder = Host.CreateApplicationBuilder(settings);
builder.AddLimiQuantix();
using var app = builder.Build();
return await app.RunAsync(async (limiquantix, stopping) =>
{
    foreach (var plugin in await limiquantix.Plugins.ListAsync(cancellationToken: stopping))
        Console.WriteLine($"{plugin.Id} {plugin.Version}: {plugin.Refusal?.Message ?? "loaded"}");
    var image = await limiquantix.Images.EnsureAsync("hello:///world", cancellationToken: stopping);
    Console.WriteLine($"{image.Name}: {image.Status.Phase}, {image.Status.SizeBytes} bytes");
});
