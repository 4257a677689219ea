using System.Runtime.InteropServices;
using LimiQuantix.Guest.Agent.Execs;
using LimiQuantix.Guest.Agent.FileSystems;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Agent.Sessions;

namespace LimiQuantix.Guest.Agent;

/// <summary>The guest agent. Also, of the same file: a program's first moments (<c>--child</c>), a detached program's parent (<c>--supervise</c>), the thaw after a crash (<c>--thaw</c>).</summary>
internal static class Program
{
    private const int SigPipe = 13;

    public static int Main(string[] arguments)
    {
        switch (arguments.FirstOrDefault())
        {
            case "--child":
                ChildMode.Run(arguments[1..]);
                return 126;
            case "--supervise":
                return Supervisor.Run(arguments[1..], Environment.ProcessPath!);
            case "--thaw":
                _ = Freezer.ThawMarked(arguments.Length > 1 ? arguments[1] : new AgentOptions().State);
                return 0;
            case "--version":
                _ = FileDescriptor.Write(1, System.Text.Encoding.UTF8.GetBytes(Machine.SystemFacts.AgentVersion + "\n"));
                return 0;
        }

        AgentOptions options;
        try
        {
            options = AgentOptions.Parse(arguments);
        }
        catch (ArgumentException e)
        {
            Log.Write(e.Message);
            return 2;
        }

        // A pipe or a port that nobody reads is an error of that write, not the agent's end.
        _ = Libc.Signal(SigPipe, 1);
        using AgentServer server = new(options);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        server.Run();
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            server.Stop();
        }
    }
}
