using LimiQuantix.Nodes;
using LimiQuantix.Providers;

namespace LimiQuantix.Core;

/// <summary>
/// How the engine of one application is set up. Every member has a default that works. The section <c>LimiQuantix</c> of the host's configuration sets
/// them by name, after the host's code.
/// </summary>
public sealed class LimiQuantixOptions
{
    /// <summary>
    /// The folder for state, library and pools. By default the environment variable <c>LIMIQUANTIX_DATA</c>, else
    /// <c>/var/lib/limiquantix</c> for root, else <c>limiquantix</c> below the user's data folder (<c>XDG_DATA_HOME</c>).
    /// </summary>
    public string? DataDirectory { get; set; }

    /// <summary>
    /// The folder for sockets; short, because a socket's path has at most 107 characters. By default the environment variable
    /// <c>LIMIQUANTIX_RUNTIME</c>, else <c>/run/limiquantix</c> for root, else below <c>XDG_RUNTIME_DIR</c> or the temporary folder.
    /// </summary>
    public string? RuntimeDirectory { get; set; }

    /// <summary>
    /// The node that this process runs on, where the installation has several: instances that work on a node, and do not say on which, are on this one. <see cref="NodeId.Local"/>
    /// by default. It must not change while machines are on it.
    /// </summary>
    public NodeId NodeId { get; set; } = NodeId.Local;

    /// <summary>Folders to load plugins from: each plugin is a folder in one of them, with a <c>plugin.json</c>.</summary>
    public IList<string> PluginDirectories { get; } = [];

    /// <summary>
    /// The SHA-256 digests (64 hexadecimal digits) of the <c>plugin.json</c> files that may load from those folders; each must list the digests
    /// of its plugin's files. While empty, every plugin may load.
    /// </summary>
    public ISet<string> AllowedPlugins { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>JSON files with own catalogue entries; they replace built-in ones of the same id.</summary>
    public IList<string> CatalogFiles { get; } = [];

    /// <summary>
    /// How many connections one image is downloaded over at a time, 1 to 16; fewer by itself where a server refuses so many. 4 by default.
    /// </summary>
    public int MaxConnectionsPerImage { get; set; } = 4;

    /// <summary>How long a guest may take to shut down before a graceful stop fails. Two minutes by default; longer under TCG.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long this engine's lease on the state lasts without renewal: how fast another application takes over after a crash. 15 s.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a provider's job, such as the import of an image into a pool, may show no sign of life before it is given up; however long it
    /// takes in all. 1 second to 24 hours. Ten minutes by default.
    /// </summary>
    public TimeSpan JobSilenceTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many operations run at once, 1 to 256. 8 by default.</summary>
    public int MaxParallelOperations { get; set; } = 8;

    /// <summary>How long the engine waits for plugins.</summary>
    public ProviderDeadlines ProviderDeadlines { get; } = new();

    /// <summary>What is wrong with the settings of the configuration, told with everything else.</summary>
    internal List<string> SettingProblems { get; } = [];
}
