using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Consoles;
using LimiQuantix.Core.Diagnostics;
using LimiQuantix.Core.Guests;
using LimiQuantix.Core.Images;
using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Instances;
using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Networks;
using LimiQuantix.Core.Nodes;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Plugins;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Queries;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Storage;
using LimiQuantix.Diagnostics;
using LimiQuantix.Images;
using LimiQuantix.Images.Sources;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Providers.Secrets;
using LimiQuantix.State;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LimiQuantix.Core;

/// <summary>How the engine's parts are put together.</summary>
internal static class EngineServices
{
    public static void Add(IServiceCollection services)
    {
        AddFoundation(services);
        AddOperations(services);
        AddImages(services);
        MachineRegistration.Add(services);
        AddFacade(services);
    }

    private static void AddFoundation(IServiceCollection services)
    {
        services.AddSingleton(BuildOptions);
        services.AddSingleton(provider => EnginePaths.Create(provider.GetRequiredService<LimiQuantixOptions>()));
        services.AddSingleton(provider => new Access(provider.GetService<IAuthorizer>()));
        services.AddSingleton(BuildConfiguration);
        services.AddSingleton(provider => PluginCatalog.Load(
            provider.GetRequiredService<PluginConfiguration>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<LimiQuantixOptions>().ProviderDeadlines,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(BuildEnvironment);
        services.AddSingleton(BuildInstances);
        services.AddSingleton<IStateStore>(provider =>
        {
            var instances = provider.GetRequiredService<ProviderInstances>();
            var store = new LazyStateStore(token => instances.GetAsync<IStateStore>(CoreKinds.StateInstance, token));
            return provider.GetService<IStateProtection>() is { } protection
                ? new ProtectedStateStore(store, protection, provider.GetRequiredService<ILogger<ProtectedStateStore>>())
                : store;
        });
        services.AddSingleton<UnreadableDocuments>();
        services.AddSingleton<IReportsPrerequisites>(provider => provider.GetRequiredService<UnreadableDocuments>());
        services.AddSingleton<InstanceRecords>();
        services.AddSingleton<StoredInstances>();
        services.AddSingleton<Installation>();
        services.AddSingleton<EngineRetry>();
        AddTable<NodeDocument>(services, "nodes");
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<NodeRecords>(provider, provider.GetRequiredService<LimiQuantixOptions>().NodeId));
        services.AddSingleton<IEngineService>(provider => provider.GetRequiredService<NodeRecords>());
        services.AddSingleton<NodeStatusKeeper>();
        services.AddSingleton<IEngineService>(provider => provider.GetRequiredService<NodeStatusKeeper>());
        services.AddSingleton<FeatureDeclarations>();
        services.AddSingleton<IEngineService>(provider => provider.GetRequiredService<FeatureDeclarations>());
        AddTable<PoolDocument>(services, "pools");
        services.AddSingleton<PoolStatusKeeper>();
        services.AddSingleton<IEngineService>(provider => provider.GetRequiredService<PoolStatusKeeper>());
        AddTable<VolumeDocument>(services, "volumes", VolumeTable.Indexes);
        services.AddSingleton<VolumeStatusKeeper>();
        services.AddSingleton<IEngineService>(provider => provider.GetRequiredService<VolumeStatusKeeper>());
        AddTable<NetworkDocument>(services, "networks");
        services.AddSingleton<NetworkStatusKeeper>();
        services.AddSingleton<IEngineService>(provider => provider.GetRequiredService<NetworkStatusKeeper>());
        AddTable<MachineDocument>(services, "machines", MachinePorts.Indexes);
        services.AddSingleton<FacadeParts>();
        services.AddSingleton<IReindexed>(provider => provider.GetRequiredService<ImageRoom>().Images);
        services.AddSingleton<IEngineService, Reindexing>();
        services.AddSingleton<IEngineService, Departures>();
    }

    private static LimiQuantixOptions BuildOptions(IServiceProvider provider)
    {
        try
        {
            return provider.GetRequiredService<IOptions<LimiQuantixOptions>>().Value;
        }
        catch (OptionsValidationException exception)
        {
            throw LimiQuantixOptionsValidation.ToError(exception);
        }
    }

    private static void AddOperations(IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<LimiQuantixOptions>();
            return new OperationEngineOptions { LeaseDuration = options.LeaseDuration, MaxParallelPerKind = options.MaxParallelOperations };
        });
        services.AddSingleton<EngineLease>();
        services.AddSingleton<OperationStore>();
        services.AddSingleton<Reservations>();
        services.AddSingleton<VolumeLocks>();
        services.AddSingleton<VolumeUpdating>();
        services.AddSingleton<IOperationKind, VolumeUpdateKind>();
        services.AddSingleton(provider => new Admission(provider.GetRequiredService<Reservations>(), provider.GetService<IAdmission>()));
        services.AddSingleton<IOperationQueue, OperationQueue>();
        services.AddSingleton<OperationEngine>();
        services.AddSingleton<IEngineService, OperationPruning>();
        services.AddSingleton<IEngineService, OutcomePruning>();
        services.AddSingleton<EngineHost>();
        services.AddHostedService(provider => provider.GetRequiredService<EngineHost>());
    }

    private static void AddImages(IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var host = provider.GetRequiredService<LimiQuantixOptions>();
            var options = new ImageLibraryOptions
            {
                LibraryDirectory = provider.GetRequiredService<EnginePaths>().Library,
                Parallelism = host.MaxConnectionsPerImage,
            };
            foreach (var file in host.CatalogFiles) options.CatalogFiles.Add(file);
            return options;
        });
        services.AddSingleton(provider =>
        {
            var environment = provider.GetRequiredService<ProviderEnvironment>();
            return new ImageSources(provider.GetRequiredService<ProviderInstances>(), environment.NodeId, environment.LoggerFactory.CreateLogger<ImageSources>());
        });
        services.AddSingleton<ImageStores>();
        services.AddSingleton<ImageRoom>();
        services.AddSingleton(provider => provider.GetRequiredService<ImageRoom>().Images);
        services.AddSingleton<IOperationKind>(provider => provider.GetRequiredService<ImageRoom>().ImportKind);
        services.AddSingleton<IEngineService>(provider => provider.GetRequiredService<ImageRoom>().Collector);
        services.AddSingleton<IEngineService>(provider => provider.GetRequiredService<ImageRoom>().Statuses);
    }

    private static void AddFacade(IServiceCollection services)
    {
        services.AddSingleton<NetworkRecords>();
        services.AddSingleton<GuestAgents>();
        services.AddSingleton<GuestChannelOpener>();
        services.AddSingleton<IEngineService>(provider => provider.GetRequiredService<GuestChannelOpener>());
        services.AddSingleton(provider =>
        {
            var paths = provider.GetRequiredService<EnginePaths>();
            return new EnginePrerequisites(paths.Data, paths.Runtime);
        });
        services.AddSingleton<Doctor>();
        services.AddHealthChecks().AddCheck<LimiQuantixHealthCheck>("limiquantix");
        services.AddSingleton(BuildFacades);
        services.AddSingleton<ILimiQuantix>(provider => provider.GetRequiredService<ILimiQuantixEngine>());
        services.AddSingleton<ILimiQuantixEngine>(provider =>
        {
            provider.GetRequiredService<EngineHost>().EnsureStarted();
            return new LimiQuantixFacade(Caller.Host, provider.GetRequiredService<EngineFacades>());
        });
    }

    private static EngineFacades BuildFacades(IServiceProvider provider) => new()
    {
        Nodes = caller => ActivatorUtilities.CreateInstance<NodesFacade>(provider, caller),
        Images = provider.GetRequiredService<ImageRoom>().For,
        Machines = caller => ActivatorUtilities.CreateInstance<MachinesFacade>(provider, caller),
        Pools = caller => ActivatorUtilities.CreateInstance<PoolsFacade>(provider, caller),
        Volumes = caller => ActivatorUtilities.CreateInstance<VolumesFacade>(provider, caller),
        Networks = caller => ActivatorUtilities.CreateInstance<NetworksFacade>(provider, caller),
        Consoles = caller => ActivatorUtilities.CreateInstance<ConsolesFacade>(provider, caller),
        Guests = caller => ActivatorUtilities.CreateInstance<GuestsFacade>(provider, caller),
        Operations = caller => ActivatorUtilities.CreateInstance<OperationsFacade>(provider, caller),
        Instances = caller => ActivatorUtilities.CreateInstance<InstancesFacade>(provider, caller),
        Plugins = caller => ActivatorUtilities.CreateInstance<PluginsFacade>(provider, caller),
        Doctor = caller => ActivatorUtilities.CreateInstance<DoctorFacade>(provider, caller),
    };

    private static PluginConfiguration BuildConfiguration(IServiceProvider provider)
    {
        var builder = provider.GetRequiredService<LimiQuantixBuilder>();
        var options = provider.GetRequiredService<LimiQuantixOptions>();
        foreach (var directory in options.PluginDirectories) builder.PluginDirectories.Add(directory);
        builder.AllowedManifests.UnionWith(options.AllowedPlugins);
        var built = builder.Build();
        var (instances, problems) = ConfiguredInstances.Read(provider.GetService<IConfiguration>());
        return built with { Instances = [.. built.Instances, .. instances], Problems = problems };
    }

    // The state is SQLite unless the host chose another store. Which kinds are stores is known only when the plugins have registered.
    private static ProviderInstances BuildInstances(IServiceProvider provider)
    {
        var configuration = provider.GetRequiredService<PluginConfiguration>();
        var catalog = provider.GetRequiredService<PluginCatalog>();
        if (!StateInstance.IsConfigured(configuration, catalog))
        {
            var sqlite = new LimiQuantixBuilder();
            sqlite.UseSqliteState(provider.GetRequiredService<EnginePaths>().StateFile);
            configuration = configuration with { Instances = [.. configuration.Instances, .. sqlite.Build().Instances] };
        }

        // Likewise the image library is a folder of this node unless the host has another one there.
        if (!configuration.Instances.Any(instance => instance.Name == CoreKinds.LibraryInstance && StateInstance.IsOf<IImageStore>(instance, catalog)))
        {
            var library = new LimiQuantixBuilder();
            library.AddInstance<ImageLibraryOptions>(CoreKinds.Library, CoreKinds.LibraryInstance, options =>
            {
                provider.GetRequiredService<ImageLibraryOptions>().CopyTo(options);
                options.GetSources = provider.GetRequiredService<ImageSources>;
            });
            configuration = configuration with { Instances = [.. configuration.Instances, .. library.Build().Instances] };
        }

        return new ProviderInstances(configuration, catalog, provider.GetRequiredService<ProviderEnvironment>());
    }

    private static ProviderEnvironment BuildEnvironment(IServiceProvider provider)
    {
        var paths = provider.GetRequiredService<EnginePaths>();

        // The installation's id is in the state, and the state is one of the instances that this is for: found at the first use.
        var installation = new Lazy<Installation>(provider.GetRequiredService<Installation>);
        var channels = new Lazy<GuestChannelOpener>(provider.GetRequiredService<GuestChannelOpener>);
        return new ProviderEnvironment
        {
            GetInstallationIdAsync = token => installation.Value.GetIdAsync(token),
            NodeId = provider.GetRequiredService<LimiQuantixOptions>().NodeId,
            LoggerFactory = provider.GetRequiredService<ILoggerFactory>(),
            TimeProvider = provider.GetRequiredService<TimeProvider>(),
            CreateHttpClient = provider.GetRequiredService<IHttpClientFactory>().CreateClient,
            Secrets = new OwnedSecretResolver(provider.GetRequiredService<ISecretResolver>()),
            OpenGuestChannelAsync = (request, token) => channels.Value.OpenAsync(request, token),
            DataDirectory = paths.Data,
            RuntimeDirectory = paths.Runtime,
            Deadlines = provider.GetRequiredService<LimiQuantixOptions>().ProviderDeadlines,
        };
    }

    private static void AddTable<T>(
        IServiceCollection services, string kind, Func<T, IEnumerable<KeyValuePair<string, string>>>? declareIndexes = null) where T : class, IResource
    {
        services.AddSingleton(provider => new ResourceTable<T>(
            provider.GetRequiredService<IStateStore>(), kind, declareIndexes, provider.GetRequiredService<UnreadableDocuments>()));
        services.AddSingleton<IReindexed>(provider => provider.GetRequiredService<ResourceTable<T>>());
    }
}
