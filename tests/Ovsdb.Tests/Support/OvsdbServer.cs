using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using LimiQuantix.Testing;

namespace Ovsdb.Tests.Support;

/// <summary>An ovsdb-server of the test's own, in a folder of its own, on a unix socket.</summary>
internal sealed class OvsdbServer : IAsyncDisposable
{
    private readonly string[] _arguments;
    private Process? _process;

    private OvsdbServer(TemporaryFolder folder, string database, string[] arguments)
    {
        Folder = folder;
        DatabasePath = database;
        _arguments = arguments;
    }

    public TemporaryFolder Folder { get; }

    public string DatabasePath { get; }

    public string SocketPath => Folder.Combine("db.sock");

    public string Endpoint => $"unix:{SocketPath}";

    public string ControlPath => Folder.Combine("db.ctl");

    public int ProcessId => _process!.Id;

    public static string Schema(string file) => RepositoryRoot.Combine($"eng/Ovsdb.Generator/Data/{file}");

    /// <summary>A standalone server of one of the checked-in schemas, or of a schema file.</summary>
    public static async Task<OvsdbServer> StartAsync(string schema = "ovn-nb.ovsschema", params string[] arguments)
    {
        Requires.Tool("ovsdb-server");
        string tool = Requires.Tool("ovsdb-tool");
        var folder = new TemporaryFolder();
        string path = Path.IsPathRooted(schema) ? schema : Schema(schema);
        await Command.OutputAsync(tool, ["create", folder.Combine("db"), path]);
        var server = new OvsdbServer(folder, folder.Combine("db"), arguments);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>A member of a cluster whose database file is there already.</summary>
    public static async Task<OvsdbServer> StartMemberAsync(TemporaryFolder folder, params string[] arguments)
    {
        var server = new OvsdbServer(folder, folder.Combine("db"), arguments);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>A relay: a server without a file, which has all from another.</summary>
    public static async Task<OvsdbServer> StartRelayAsync(OvsdbServer source, string database)
    {
        var server = new OvsdbServer(new TemporaryFolder(), $"relay:{database}:{source.Endpoint}", []);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it after <see cref="Kill"/>.</summary>
    public async Task StartAgainAsync()
    {
        File.Delete(SocketPath);
        var start = new ProcessStartInfo(Requires.Tool("ovsdb-server")) { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] all = [DatabasePath, $"--remote=punix:{SocketPath}", $"--unixctl={ControlPath}", "--no-chdir", "-vconsole:off", "-vsyslog:off", $"--log-file={Folder.Combine("log")}", .. _arguments];
        foreach (string argument in all)
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (int i = 0; !Listens(); i++)
        {
            if (_process.HasExited || i > 1000)
                throw new InvalidOperationException($"ovsdb-server did not start: {await File.ReadAllTextAsync(Folder.Combine("log"))}");
            await Task.Delay(10);
        }
    }

    /// <summary>Whether it can be connected to: its socket is there a moment before it listens on it.</summary>
    private bool Listens()
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(SocketPath));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        Signal.Kill(_process!.Id);
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public bool IsRunning => _process is not null;

    public void Freeze() => Signal.Stop(_process!.Id);

    public void Thaw() => Signal.Continue(_process!.Id);

    /// <summary>What ovs-appctl says to a command.</summary>
    public Task<string> ControlAsync(params string[] command) =>
        Command.OutputAsync(Requires.Tool("ovs-appctl"), ["-t", ControlPath, .. command], TimeSpan.FromSeconds(30));

    /// <summary>What ovsdb-client says, for comparison.</summary>
    public Task<string> ClientAsync(params string[] command) =>
        Command.OutputAsync(Requires.Tool("ovsdb-client"), ["--timeout=60", .. command], TimeSpan.FromSeconds(90));

    /// <summary>A database with its content as text, in an order of its own.</summary>
    public async Task<string[]> DumpAsync(string database)
    {
        string text = await ClientAsync("--format=csv", "--no-headings", "dump", Endpoint, database);
        return [.. text.Split('\n').Order(StringComparer.Ordinal)];
    }

    public OvsdbClientOptions Options(OvsdbSchema schema) => new() { Endpoints = Endpoint, Schema = schema, Reconnect = { MaxDelay = TimeSpan.FromMilliseconds(500) } };

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            Signal.Continue(_process.Id);
            Kill();
        }

        await Folder.DisposeAsync();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Endpoint} ({_process?.Id})");
}
