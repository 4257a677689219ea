using LimiQuantix.Providers.Loading;
using LimiQuantix.Providers.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LimiQuantix.Core;

/// <summary>Adds the engine to an application.</summary>
public static class LimiQuantixServiceCollectionExtensions
{
    /// <summary>
    /// Adds the engine, its health check and <see cref="ILimiQuantix"/>. Works without argument; add plugins to what it returns. The
    /// engine starts with the host, or when <see cref="ILimiQuantix"/> is first resolved. The section <c>LimiQuantix</c> of the host's configuration
    /// is read by itself.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder, for plugins and their instances. Calling this again gives the same one.</returns>
    public static ILimiQuantixBuilder AddLimiQuantix(this IServiceCollection services, Action<LimiQuantixOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var known = services.FirstOrDefault(service => service.ServiceType == typeof(LimiQuantixBuilder))?.ImplementationInstance;
        if (configure is not null) services.Configure(configure);
        if (known is LimiQuantixBuilder added) return added;

        var builder = new LimiQuantixBuilder();
        builder.AddPlugin(new CorePlugin());
        builder.AddInstance<Networks.UserNetworkOptions>(CoreKinds.UserNetwork, CoreKinds.UserNetwork);
        services.AddSingleton(builder);
        services.AddOptions<LimiQuantixOptions>();
        services.AddSingleton<IPostConfigureOptions<LimiQuantixOptions>>(BuildSection);
        services.AddSingleton<IValidateOptions<LimiQuantixOptions>, LimiQuantixOptionsValidation>();
        services.AddHttpClient();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ISecretResolver, EnvironmentSecretResolver>();
        EngineServices.Add(services);
        return builder;
    }

    private static LimiQuantixSection BuildSection(IServiceProvider provider) => new(provider.GetService<IConfiguration>(), provider.GetService<IHostEnvironment>());
}
