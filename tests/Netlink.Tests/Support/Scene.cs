using System.Text.Json;
using LimiQuantix.Testing;

namespace Netlink.Tests.Support;

/// <summary>A network namespace of the test's own with a connection into it, and the tools that say what is really there.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private static int s_number;
    private readonly List<NetworkNamespace> _others = [];

    private Scene(NetworkNamespace space, RtnetlinkConnection connection)
    {
        Namespace = space;
        Connection = connection;
    }

    public NetworkNamespace Namespace { get; }

    public RtnetlinkConnection Connection { get; }

    public string Name => Namespace.Description;

    public static string NewName() => $"nl{Environment.ProcessId}-{Interlocked.Increment(ref s_number)}";

    public static async Task<Scene> CreateAsync(Action<RtnetlinkOptions>? configure = null)
    {
        Requires.Root();
        Requires.Tool("ip");
        NetworkNamespace space = await NetworkNamespace.CreateAsync(NewName());
        var options = new RtnetlinkOptions { Namespace = space };
        configure?.Invoke(options);
        return new Scene(space, await RtnetlinkConnection.OpenAsync(options));
    }

    /// <summary>One more namespace, which goes with this one.</summary>
    public async Task<NetworkNamespace> AnotherAsync()
    {
        NetworkNamespace other = await NetworkNamespace.CreateAsync(NewName());
        _others.Add(other);
        return other;
    }

    public Task<string> IpAsync(string arguments) => ToolAsync("ip", arguments);

    public Task<string> BridgeAsync(string arguments) => ToolAsync("bridge", arguments);

    public Task<string> TcAsync(string arguments) => ToolAsync("tc", arguments);

    /// <summary>What a program says, run in the namespace.</summary>
    public Task<string> RunAsync(string program, params string[] arguments) =>
        Command.OutputAsync(Requires.Tool("ip"), ["netns", "exec", Name, Requires.Tool(program), .. arguments], TimeSpan.FromMinutes(1));

    public async Task<JsonElement[]> IpJsonAsync(string arguments) => Parse(await IpAsync(arguments));

    public async Task<JsonElement[]> BridgeJsonAsync(string arguments) => Parse(await BridgeAsync(arguments));

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        foreach (NetworkNamespace each in _others.Append(Namespace))
        {
            NetworkNamespace.Delete(each.Description);
            each.Dispose();
        }
    }

    private Task<string> ToolAsync(string tool, string arguments) =>
        Command.OutputAsync(Requires.Tool(tool), ["-n", Name, .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)], TimeSpan.FromMinutes(1));

    private static JsonElement[] Parse(string text) =>
        text.Length == 0 ? [] : [.. JsonDocument.Parse(text).RootElement.EnumerateArray().Where(each => each.EnumerateObject().Any())];
}
