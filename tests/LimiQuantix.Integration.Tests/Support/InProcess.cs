using LimiQuantix.Core;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Integration.Tests.Support;

/// <summary>The platform in the test's own process, on an installation's folders and libvirtd.</summary>
internal sealed class InProcess : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private InProcess(ServiceProvider services) => _services = services;

    public ILimiQuantix LimiQuantix => _services.GetRequiredService<ILimiQuantix>();

    public static InProcess Start(Installation installation, Action<ILimiQuantixBuilder>? configure = null)
    {
        var services = new ServiceCollection();
        var builder = services.AddLimiQuantix(options =>
        {
            options.DataDirectory = installation.Data;
            options.RuntimeDirectory = installation.Variables["LIMIQUANTIX_RUNTIME"];
            options.LeaseDuration = TimeSpan.FromSeconds(4);
        });
        builder.AddLibvirt(options => options.Uri = installation.Variables["LIMIQUANTIX_LIBVIRT_URI"]).AddHttpImages().AddDirectoryStorage().AddVncConsole();
        configure?.Invoke(builder);
        return new InProcess(services.BuildServiceProvider());
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
