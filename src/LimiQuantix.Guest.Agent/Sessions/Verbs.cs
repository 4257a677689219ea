using LimiQuantix.Guest.Agent.Execs;
using LimiQuantix.Guest.Agent.Files;
using LimiQuantix.Guest.Agent.FileSystems;
using LimiQuantix.Guest.Agent.Machine;
using LimiQuantix.Guest.Protos;
using Verb = LimiQuantix.Guest.Protos.Request.VerbOneofCase;

namespace LimiQuantix.Guest.Agent.Sessions;

/// <summary>What each request begins, if policy and a freeze allow it.</summary>
internal sealed class Verbs(AgentServer server)
{
    private readonly Freezer _freezer = new(server.Options);
    private readonly DetachedExecs _detached = new(server.Options);

    public DetachedExecs Detached => _detached;

    /// <summary>The capabilities by the policy group that may refuse them.</summary>
    public static IEnumerable<(string Group, string[] Capabilities)> Capabilities(AgentOptions options) =>
    [
        ("info", ["info"]),
        ("exec", options.UseScopes
            ? ["exec", "exec.terminal", "exec.user", "exec.detached", "exec.scope"] : ["exec", "exec.terminal", "exec.user", "exec.detached"]),
        ("files", ["files", "files.tree", "files.resume"]),
        ("freeze", ["freeze"]),
        ("disks", ["trim", "grow"]),
        ("time", ["time"]),
        ("accounts", ["password", "sshkeys"]),
        ("power", ["power"]),
        ("telemetry", ["telemetry", "addresses"]),
    ];

    /// <exception cref="AgentException">It is refused.</exception>
    public AgentStream Begin(AgentSession session, uint id, Request request)
    {
        Verb verb = request.VerbCase;
        if (verb == Verb.None)
            throw new AgentException(Code.Unimplemented, "this agent has no such verb");
        string group = Policy.GroupOf(verb);
        if (server.Policy.Refuses(group))
            throw new AgentException(Code.RefusedByPolicy, $"this guest's policy ({server.Options.Policy}) refuses '{group}'");
        if (_freezer.IsFrozen && verb is not (Verb.Thaw or Verb.FreezeStatus))
            throw new AgentException(Code.Frozen, "the file systems are frozen: only ping, freeze status and thaw are answered");
        if (verb == Verb.Exec)
            return new ExecStream(session, id, request.Window, request.Exec, request.TimeoutMs);
        return new WorkStream(session, id, request.Window, Work(request));
    }

    private Func<WorkStream, Close> Work(Request request) => request.VerbCase switch
    {
        Verb.Info => _ => new Close { Info = SystemFacts.Info() },
        Verb.Attach => stream => _detached.Attach(stream, request.Attach),
        Verb.ExecList => _ => new Close { ExecList = _detached.List() },
        Verb.Forget => _ => _detached.Forget(request.Forget),
        Verb.Stat => _ => new Close { Stat = FileVerbs.Stat(request.Stat) },
        Verb.List => stream => FileVerbs.List(stream, request.List),
        Verb.Read => stream => FileReading.Read(stream, request.Read),
        Verb.Write => stream => FileWriting.Write(stream, request.Write),
        Verb.SetAttributes => _ => FileVerbs.SetAttributes(request.SetAttributes),
        Verb.Remove => stream => FileVerbs.Remove(stream, request.Remove),
        Verb.MakeDirectory => _ => FileVerbs.MakeDirectory(request.MakeDirectory),
        Verb.ReadTree => stream => TreeReading.Read(stream, request.ReadTree),
        Verb.WriteTree => stream => TreeWriting.Write(stream, request.WriteTree),
        Verb.Freeze => _ => new Close { Freeze = _freezer.Freeze(request.Freeze) },
        Verb.Thaw => _ => new Close { Thaw = _freezer.Thaw() },
        Verb.FreezeStatus => _ => new Close { FreezeStatus = _freezer.Status() },
        Verb.Trim => stream => new Close { Trim = Disks.Trim(stream, request.Trim) },
        Verb.Grow => _ => new Close { Grow = Disks.Grow(request.Grow) },
        Verb.SetTime => _ => new Close { SetTime = Clock.Set(request.SetTime) },
        Verb.SetPassword => _ => AccountVerbs.SetPassword(request.SetPassword),
        Verb.SshKeys => _ => new Close { SshKeys = AccountVerbs.SetKeys(request.SshKeys) },
        Verb.Power => _ => Power.Act(request.Power),
        Verb.Addresses => _ => new Close { Addresses = Network.Addresses() },
        Verb.Telemetry => stream => TelemetryVerb.Run(stream, request.Telemetry),
        _ => throw new AgentException(Code.Unimplemented, $"this agent has no verb '{request.VerbCase}'"),
    };
}
