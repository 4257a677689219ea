using System.Reflection;
using LimiQuantix.Plugins;
using LimiQuantix.Providers.Guards;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Providers.Loading;

/// <summary>Every plugin that was found, and the kinds of those that were not refused.</summary>
internal sealed class PluginCatalog
{
    private readonly ILogger _logger;
    private readonly List<PluginInfo> _plugins = [];
    private readonly List<ProviderKind> _kinds = [];
    private readonly List<PluginNote> _notes = [];
    private readonly PluginStart _start;

    private PluginCatalog(ILogger logger, PluginStart start)
    {
        _logger = logger;
        _start = start;
    }

    /// <summary>The plugins in the order of loading: those by reference first.</summary>
    public IReadOnlyList<PluginInfo> Plugins => _plugins;

    /// <summary>The kinds of the plugins that were not refused.</summary>
    public IReadOnlyList<ProviderKind> Kinds => _kinds;

    /// <summary>What is wrong with the plugin directories themselves.</summary>
    public IReadOnlyList<PluginNote> Notes => _notes;

    /// <summary>
    /// Registers every configured plugin. A plugin that does not fit, or does not come back, is refused, told in the log, and the others go on.
    /// </summary>
    public static PluginCatalog Load(PluginConfiguration configuration, ILoggerFactory loggerFactory, ProviderDeadlines deadlines, TimeProvider time)
    {
        PluginCatalog catalog = new(loggerFactory.CreateLogger<PluginCatalog>(), new PluginStart(deadlines.Register, time));
        foreach (IPlugin plugin in configuration.Plugins)
            catalog.Add(Describe(plugin.GetType().Assembly), () => plugin);
        foreach (string directory in configuration.PluginDirectories)
            catalog.AddDirectory(directory, configuration.AllowedManifests);
        return catalog;
    }

    private static PluginInfo Describe(Assembly assembly)
    {
        AssemblyName name = assembly.GetName();
        string version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? name.Version?.ToString() ?? "0.0.0";
        return new PluginInfo { Id = name.Name ?? "unknown", Version = version };
    }

    private void AddDirectory(string directory, IReadOnlySet<string>? allowedManifests)
    {
        if (!Directory.Exists(directory))
        {
            Note(directory, $"The plugin directory {directory} does not exist.", "Make it, or take it out of LimiQuantixOptions.PluginDirectories; a relative path begins at the working directory.");
            return;
        }

        if (File.Exists(Path.Combine(directory, PluginManifest.FileName)))
        {
            Note(
                directory, $"The plugin directory {directory} is itself a plugin, so nothing in it is loaded.",
                $"Give the directory that its folder is in: {Path.GetDirectoryName(directory)}.");
            return;
        }

        List<string> folders = Folders(directory);
        if (Directory.EnumerateFiles(directory, "*.dll").Order(StringComparer.Ordinal).FirstOrDefault() is { } loose)
        {
            Note(
                directory, $"{Path.GetFileName(loose)} lies in the plugin directory {directory} itself, where nothing is loaded from.",
                $"Put each plugin with its {PluginManifest.FileName} into a folder of its own there.");
        }
        else if (folders.Count == 0)
        {
            PluginLog.DirectoryEmpty(_logger, directory);
        }

        foreach (string path in folders)
            AddFolder(path, allowedManifests);
    }

    private void Note(string directory, string message, string remedy)
    {
        _notes.Add(new PluginNote { Subject = directory, Message = message, Remedy = remedy });
        PluginLog.Noted(_logger, message, remedy);
    }

    private static List<string> Folders(string directory)
    {
        try
        {
            // A name that begins with a dot is a plugin that is just being copied, or none.
            return [.. Directory.EnumerateDirectories(directory).Where(p => !Path.GetFileName(p).StartsWith('.')).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LimiQuantixException(
                ErrorCodes.PermissionDenied,
                $"The plugin folder {directory} cannot be listed: {e.Message}",
                $"Let user {Environment.UserName} read it, or take it out of the host's plugin folders.",
                directory,
                innerException: e);
        }
    }

    private void AddFolder(string path, IReadOnlySet<string>? allowedManifests)
    {
        PluginInfo info = new() { Id = Path.GetFileName(path), Version = "0.0.0", Directory = path };
        PluginFolder folder;
        PluginManifest manifest;
        try
        {
            folder = PluginFolder.Open(path);
            manifest = PluginManifestParser.Parse(folder.Name, folder.ReadManifest());
        }
        catch (Exception e) when (e is LimiQuantixException or IOException or UnauthorizedAccessException)
        {
            Refuse(info, e);
            return;
        }

        Add(info with { Id = manifest.Id, Version = manifest.Version }, () => Activate(folder, manifest, allowedManifests));
    }

    private static IPlugin Activate(PluginFolder folder, PluginManifest manifest, IReadOnlySet<string>? allowedManifests)
    {
        if (!HostCode.IsWhole)
        {
            throw PluginRefusal.Because(
                manifest.Id,
                $"Plugin '{manifest.Id}' {manifest.Version} is in a folder, and this host, trimmed or compiled ahead of time, loads no code.",
                "Reference the plugin's package and call its Add method on the builder; or publish the host without PublishTrimmed and PublishAot.");
        }

        (string entryPath, string pluginClass) = new PluginFolderCheck(folder, manifest, allowedManifests).Run();
        return IsolatedPlugin.Activate(entryPath, pluginClass);
    }

    private void Add(PluginInfo info, Func<IPlugin> activate)
    {
        try
        {
            // A package may bring several plugin classes; a folder's id stands for one.
            if (info.Directory is not null && _plugins.Find(p => p.Id == info.Id && p.Refusal is null) is { } same)
            {
                throw new LimiQuantixException(
                    ErrorCodes.PluginRefused,
                    $"Plugin '{info.Id}' {info.Version} is there twice: {same.Directory ?? "by reference"} has version {same.Version}.",
                    $"Remove one of them: {info.Directory} was not loaded.",
                    info.Id);
            }

            IReadOnlyList<ProviderKind> kinds = _start.Run($"Register of plugin '{info.Id}'", () => Register(info.Id, activate));
            CheckCollisions(info.Id, kinds);
            _kinds.AddRange(kinds);
            _plugins.Add(info with { Kinds = [.. kinds.Select(k => new PluginKind { Contract = k.Contract.Name, Kind = k.Kind, NeedsReflection = k.NeedsReflection })] });
            PluginLog.Loaded(_logger, info.Id, info.Version, string.Join(", ", kinds.Select(k => $"{k.Contract.Name} '{k.Kind}'")));
        }
        catch (Exception e)
        {
            Refuse(info, e);
        }
    }

    private static IReadOnlyList<ProviderKind> Register(string pluginId, Func<IPlugin> activate)
    {
        PluginRegistry registry = new(pluginId);
        activate().Register(registry);
        return registry.Kinds.Count > 0
            ? [.. registry.Kinds]
            : throw PluginRefusal.Because(
                pluginId, $"Plugin '{pluginId}' registers no kind, so it can do nothing.", $"Call {nameof(IPluginRegistry)}.{nameof(IPluginRegistry.Add)} in its {nameof(IPlugin.Register)}.");
    }

    private void CheckCollisions(string pluginId, IReadOnlyList<ProviderKind> kinds)
    {
        List<ProviderKind> seen = [.. _kinds];
        foreach (ProviderKind kind in kinds)
        {
            if (seen.Find(k => k.Kind == kind.Kind && (k.Contract == kind.Contract || k.OptionsType == kind.OptionsType)) is { } other)
            {
                throw new LimiQuantixException(
                    ErrorCodes.PluginRefused,
                    $"Plugin '{pluginId}' registers the {kind.Contract.Name} kind '{kind.Kind}', which plugin '{other.PluginId}' has registered.",
                    "Remove one of the two plugins, or let its author choose another kind.",
                    pluginId);
            }

            seen.Add(kind);
        }
    }

    private void Refuse(PluginInfo info, Exception cause)
    {
        LimiQuantixError refusal = cause is LimiQuantixException { Code: ErrorCodes.PluginRefused } refused
            ? refused.Error
            : new LimiQuantixError
            {
                Code = ErrorCodes.PluginRefused,
                Message = $"Plugin '{info.Id}' could not be loaded: {cause.GetBaseException().Message.TrimEnd('.')}.",
                Remedy = "Ask the plugin's author for a version that fits this host, or remove the plugin.",
                Target = info.Id,
            };
        _plugins.Add(info with { Refusal = refusal });
        // A refusal says everything itself; of anything else the log keeps where it came from.
        PluginLog.Refused(_logger, cause is LimiQuantixException ? cause.InnerException : cause, info.Id, refusal.Message, refusal.Remedy);
    }
}
